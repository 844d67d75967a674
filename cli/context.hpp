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
#include "ledger/base/clock.hpp"
#include "ledger/base/json.hpp"
#include "ledger/base/random.hpp"

namespace muster::cli {

/// What stands before the noun: the same for every verb.
struct GlobalOptions {
  std::string registry;  ///< Folder of the registry; `MUSTER_REGISTRY` when empty.
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

  Context(std::ostream& out, std::ostream& err, Random& random)
      : out_(&out), err_(&err), random_(&random) {}

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
  [[nodiscard]] print::Printer printer();

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
  std::deque<std::unique_ptr<KeptBase>> kept_;
  Action action_;
};

}  // namespace muster::cli
