#pragma once

#include <p11-kit/p11-kit.h>
#include <p11-kit/pkcs11.h>
#include <p11-kit/uri.h>

#include "ledger/crypto/pkcs11.hpp"

// Shared by the files of this folder that speak PKCS #11; nobody else includes it.
namespace muster::crypto {

/// One login to one token, and the module that it came from. Everything is given back at the end.
class TokenSigner::Session final {
 public:
  static Result<std::unique_ptr<Session>> open(const std::string& uri, const PinSource& ask);
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
  ~Session();

  /// The one object of the class that the URI fits.
  Result<CK_OBJECT_HANDLE> find_one(CK_OBJECT_CLASS object_class) const;
  /// The public key that shares label and id with a private one.
  Result<CK_OBJECT_HANDLE> public_half(CK_OBJECT_HANDLE private_key) const;
  Result<Bytes> attribute(CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type) const;
  Result<void> generate(CK_MECHANISM_TYPE mechanism, std::string_view curve) const;
  Result<Bytes> sign(CK_OBJECT_HANDLE key, CK_MECHANISM_TYPE mechanism, ByteView data) const;

 private:
  Session() = default;
  Result<void> load_module();
  Result<CK_SLOT_ID> find_slot();
  Result<void> log_in(CK_SLOT_ID slot, const PinSource& ask);
  Result<std::string> pin(const PinSource& ask) const;
  Result<std::vector<CK_OBJECT_HANDLE>> find(std::span<CK_ATTRIBUTE> wanted) const;

  P11KitUri* uri_ = nullptr;
  CK_FUNCTION_LIST* module_ = nullptr;
  bool initialized_ = false;
  std::string token_label_;
  CK_SESSION_HANDLE handle_ = 0;
};

}  // namespace muster::crypto
