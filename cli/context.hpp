#pragma once

#include <any>
#include <deque>
#include <functional>
#include <iosfwd>
#include <memory>
#include <optional>
#include <string>

#include "cli/exit_code.hpp"
#include "cli/print/printer.hpp"
#include "cli/remote/remote_options.hpp"
#include "ledger/base/clock.hpp"
#include "ledger/base/json.hpp"
#include "ledger/base/random.hpp"

namespace muster::cli {

class RemoteRegistry;

/// What stands before the noun: the same for every verb.
struct GlobalOptions {
  /// Folder of the registry, or the address of one that is served; `MUSTER_REGISTRY` when empty.
  std::string registry;
  RemoteOptions served{};  ///< By what a served registry knows the caller.
  std::string color = "auto";
  std::string now;    ///< Fixes the clock, for replays and simulated worlds; real time when empty.
  std::string as_of;  ///< The registry is read as it was after this entry; empty: as it is.
  bool json = false;
  bool quiet = false;
  bool dry_run = false;
  bool yes = false;
};

/// What one run of the command works with. `main` makes one; verbs borrow it.
class Context final {
 public:
  using Action = std::function<Result<ExitCode>()>;

  Context(std::ostream& out, std::ostream& err, Random& random);
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;
  ~Context();

  [[nodiscard]] GlobalOptions& options() { return options_; }
  [[nodiscard]] const GlobalOptions& options() const { return options_; }
  [[nodiscard]] std::ostream& out() { return *out_; }
  [[nodiscard]] std::ostream& err() { return *err_; }
  [[nodiscard]] Random& random() { return *random_; }
  /// The machine's clock, the instant of `--now`, or where `stand_at` stands.
  /// Errors: `invalid_input` when `--now` is no instant.
  Result<Clock*> clock();
  /// From now on it is this instant, unless `--now` says otherwise or somebody has the clock.
  void stand_at(Timestamp now);

  /// The registry that `--registry` names by its address, opened by the first call; null where it
  /// names a folder, or none. Errors: those of `RemoteRegistry::open`.
  Result<RemoteRegistry*> remote() const;

  /// Storage that lives as long as the context, for the options of a verb.
  template <class T>
  T& keep() {
    kept_.push_back(std::make_unique<Kept<T>>());
    return static_cast<Kept<T>*>(kept_.back().get())->value;
  }

  /// The verb that the command line chose.
  void choose(Action action) { action_ = std::move(action); }
  [[nodiscard]] const Action& action() const { return action_; }

  /// Where the verb's words go, as `--json`, `--quiet` and `--color` ask.
  [[nodiscard]] print::Printer printer() const;

 private:
  struct KeptBase {
    KeptBase() = default;
    KeptBase(const KeptBase&) = delete;
    KeptBase& operator=(const KeptBase&) = delete;
    virtual ~KeptBase() = default;
  };
  template <class T>
  struct Kept final : KeptBase {
    T value{};
  };

  GlobalOptions options_;
  std::ostream* out_;
  std::ostream* err_;
  Random* random_;
  std::unique_ptr<Clock> clock_;
  mutable std::unique_ptr<RemoteRegistry> remote_;
  std::deque<std::unique_ptr<KeptBase>> kept_;
  Action action_;
};

}  // namespace muster::cli
