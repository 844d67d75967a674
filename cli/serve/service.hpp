#pragma once

#include <atomic>
#include <memory>
#include <string>

#include "cli/http/server.hpp"
#include "cli/serve/choke_desk.hpp"
#include "cli/serve/doorkeeper.hpp"
#include "cli/serve/jobs.hpp"
#include "cli/serve/live_registry.hpp"
#include "cli/serve/log_lines.hpp"
#include "cli/serve/metrics.hpp"
#include "cli/serve/rate_limit.hpp"
#include "cli/serve/route.hpp"
#include "cli/serve/sequencer.hpp"
#include "cli/serve/settings.hpp"
#include "cli/serve/uploads.hpp"
#include "cli/serve/waiting_reads.hpp"

namespace muster::serve {

/// Randomness for several threads. Borrows its source.
class SharedRandom final : public Random {
 public:
  explicit SharedRandom(Random& source) : source_(&source) {}
  void fill(std::span<std::uint8_t> out) override {
    const std::scoped_lock lock(mutex_);
    source_->fill(out);
  }

 private:
  std::mutex mutex_;
  Random* source_;
};

/// Everything behind the server: one registry, its writer, and the routes. Thread-safe.
class Service final {
 public:
  /// What a service works with; all of it is borrowed but the texts.
  struct World {
    std::filesystem::path folder;  ///< Of the registry.
    std::string openapi;           ///< The text of the API's description.
    std::string now{};             ///< Fixes the clock; empty: the machine's.
    Random* random = nullptr;
    Clock* clock = nullptr;
    std::ostream* log = nullptr;
  };

  /// Opens the registry and begins to sequence. Errors: those of `Home::open`; of the folders for
  /// jobs and uploads.
  static Result<std::unique_ptr<Service>> open(Settings settings, World world);
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;
  ~Service();

  /// Answers one request at once, also one that would wait for something. From any thread.
  http::Response answer(const http::Request& request);
  /// Has one request answered, now or, if it waits for what comes, later. From any thread.
  void answer(const http::Request& request, const http::Reply& reply);
  /// Words what the server refused before there was a request. From any thread.
  http::Response refuse(const http::Refusal& refusal);

  /// What a server that hands requests to this needs to know of it.
  void hook_into(http::ServerOptions& options);

  /// Answers what waits, settles what was handed in, writes the view, and refuses what comes later.
  /// Before the end.
  void stop();

  // For the routes.

  [[nodiscard]] LiveRegistry& live() { return *live_; }
  [[nodiscard]] Sequencer& sequencer() { return *sequencer_; }
  [[nodiscard]] Jobs& jobs() { return *jobs_; }
  [[nodiscard]] Uploads& uploads() { return *uploads_; }
  [[nodiscard]] WaitingReads& waiting() { return waiting_; }
  [[nodiscard]] ChokeDesk& choke_desk() { return *choke_desk_; }
  [[nodiscard]] Metrics& metrics() { return metrics_; }
  [[nodiscard]] const Settings& settings() const { return settings_; }
  [[nodiscard]] const std::string& openapi() const { return world_.openapi; }
  [[nodiscard]] Clock& clock() { return *world_.clock; }
  [[nodiscard]] LogLines& log() { return log_; }
  [[nodiscard]] const Router& router() const { return router_; }

 private:
  Service(Settings settings, World world);
  Result<void> begin();
  /// A request on its way, for its log line.
  struct Handled {
    std::string id;
    std::chrono::steady_clock::time_point begun;
    Principal principal{};
    std::string route = "none";
  };
  /// A request whose answer may come later.
  struct Parked {
    const Route* route;
    std::map<std::string, std::string> path;
    Wait wait;
  };
  [[nodiscard]] Handled handled();
  [[nodiscard]] http::Response routed(const http::Request& request, Handled& handled,
                                      std::optional<Parked>& parked);
  [[nodiscard]] http::Response asked(const Asked& asked, const Route& route,
                                     std::optional<Wait>& wait);
  bool park(const http::Request& request, const Handled& handled, Parked parked,
            const http::Reply& reply);
  http::Response finished(const http::Request& request, const Handled& handled,
                          http::Response response);
  Result<void> check_rate(const http::Request& request, const Principal& principal,
                          std::uint64_t cost, http::Response& refused);

  Settings settings_;
  World world_;
  SharedRandom random_;
  LogLines log_;
  Metrics metrics_;
  Doorkeeper doorkeeper_;
  RateLimit rate_;
  Router router_;
  std::string run_;  ///< Of this start: what its request ids begin with.
  std::atomic<std::uint64_t> requests_ = 0;
  WaitingReads waiting_;
  std::unique_ptr<LiveRegistry> live_;
  std::unique_ptr<ChokeDesk> choke_desk_;
  std::unique_ptr<Sequencer> sequencer_;
  std::unique_ptr<Jobs> jobs_;
  std::unique_ptr<Uploads> uploads_;
};

/// The configuration of a server with these settings.
[[nodiscard]] http::ServerOptions server_options(const Settings& settings);

}  // namespace muster::serve
