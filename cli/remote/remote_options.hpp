#pragma once

#include <string>

namespace muster::cli {

/// By what a user is known to a served registry, and the server to the user. Empty: not given.
struct RemoteOptions {
  std::string token_file;   ///< A bearer token; nobody else may read it.
  std::string certificate;  ///< PEM: the client's, and those that vouch for it.
  std::string key;          ///< PEM: its secret key.
  std::string authorities;  ///< PEM: who vouches for the server; else those of this machine.
};

}  // namespace muster::cli
