#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/base/random.hpp"
#include "registry/manifest.hpp"
#include "registry/submission.hpp"

namespace muster::registry {

/// One chip of a statement to be made, with its further columns.
struct StatementChip {
  ChipId chip;
  Json columns = Json::object();
};

/// What a statement is to say. The maker adds origin, party, number and `expects`.
struct Draft {
  std::string kind;
  Json body = Json::object();
  std::vector<StatementChip> chips{};      ///< Or none.
  std::optional<std::string> container{};  ///< Or none.
  std::optional<std::string> site{};
  std::optional<std::string> on_behalf_of{};  ///< The principal, or none.
  std::vector<Hash> refs{};
  Json evidence = Json::array();
  Timestamp event_time{};
  std::string zone = "Z";
};

/// A draft about `chips`, none of which has columns. An empty `site`: at none.
[[nodiscard]] Draft about(const std::string& kind, const std::vector<ChipId>& chips,
                          Json body = Json::object(), const std::string& site = {});

/// What the last statement of a chip or of a holder is, for authors who have no state at hand.
/// Nothing for one that nobody registered.
struct LastStatements {
  std::function<Result<std::optional<Hash>>(const ChipId&)> chip{};
  std::function<Result<std::optional<Hash>>(const std::string&)> holder{};
};

/// Makes signed statements of one party in one stream, with rising numbers: the header, the
/// manifest when there are more chips than fit inline, and `expects` from the state.
class StatementMaker final {
 public:
  struct Identity {
    std::string origin;
    std::string org;
    std::string stream = "main";
    std::uint64_t next_number = 1;
  };
  /// Borrows the signer and the random source.
  StatementMaker(Identity identity, const crypto::Signer& signer, Random& random);

  /// The signed statement. `state` gives what each chip's last statement is; null for kinds that
  /// take none. `co_signers` sign as well.
  /// Errors: `invalid_input` for an unknown kind or chips given twice.
  Result<Submission> make(const Draft& draft, const State* state,
                          std::span<const crypto::Signer* const> co_signers = {});

  /// The same without signing and numbering ahead: payload and blobs, for signing elsewhere.
  Result<std::pair<std::string, std::vector<ledger::Blob>>> payload(const Draft& draft,
                                                                    const State* state);

  /// From now on what statements follow comes from here, where `make` has no state.
  void ask(LastStatements last) { last_ = std::move(last); }

  [[nodiscard]] const Identity& identity() const { return identity_; }

 private:
  Result<std::optional<Hash>> expects_of(const State* state, const Kind& kind,
                                         const ChipId& chip) const;
  Result<std::optional<Hash>> holder_expects(const State* state, const Kind& kind,
                                             const std::string& holder) const;
  Result<void> add_chips(const Draft& draft, const State* state, const Kind& kind, Header& header,
                         Json& body, std::vector<ledger::Blob>& blobs);
  Result<void> add_manifest(const Draft& draft, const State* state, const Kind& kind,
                            Header& header, std::vector<ledger::Blob>& blobs);

  Identity identity_;
  const crypto::Signer& signer_;
  Random& random_;
  LastStatements last_{};
};

/// The number after the last that the state has of a party's stream.
[[nodiscard]] std::uint64_t next_number(const State& state, const std::string& org,
                                        const std::string& stream = "main");

}  // namespace muster::registry
