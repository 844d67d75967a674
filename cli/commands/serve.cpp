// `serve`: the registry over HTTP.

#include <ostream>

#include "cli/command.hpp"
#include "cli/commands/commands.hpp"
#include "cli/data_folder.hpp"
#include "cli/home.hpp"
#include "cli/serve/service.hpp"
#include "ledger/base/file.hpp"

namespace muster::cli {
namespace {

struct ServeOptions {
  std::string listen;
  std::string config;
};

/// Flags over environment over file.
Result<serve::Settings> chosen_settings(const ServeOptions& options) {
  serve::Settings settings;
  if (!options.config.empty()) {
    MUSTER_TRY_ASSIGN(settings, serve::read_settings(options.config));
  }
  if (!options.listen.empty()) MUSTER_TRY(serve::take_listen_address(options.listen, settings));
  MUSTER_TRY(serve::check_cleartext(settings));
  return settings;
}

Result<std::optional<http::TlsContext>> tls_of(const serve::Settings& settings) {
  if (!settings.has_tls()) return std::optional<http::TlsContext>();
  MUSTER_TRY_ASSIGN(auto tls,
                    http::TlsContext::for_server(settings.tls, settings.client_certificates));
  return std::optional(std::move(tls));
}

Result<std::string> openapi_text() {
  MUSTER_TRY_ASSIGN(const std::string folder, data_folder());
  return read_text_file(std::filesystem::path(folder) / "openapi" / "muster.json");
}

std::string url_of(const serve::Settings& settings, std::uint16_t port) {
  const bool v6 = settings.address.find(':') != std::string::npos;
  return (settings.has_tls() ? "https://" : "http://") +
         (v6 ? "[" + settings.address + "]" : settings.address) + ":" + std::to_string(port);
}

Result<ExitCode> run_service(Context& context, const ServeOptions& options) {
  MUSTER_TRY(check_is_present(context));
  MUSTER_TRY_ASSIGN(const serve::Settings settings, chosen_settings(options));
  MUSTER_TRY_ASSIGN(const auto tls, tls_of(settings));
  MUSTER_TRY_ASSIGN(const auto folder, registry_folder(context));
  MUSTER_TRY_ASSIGN(Clock * clock, context.clock());
  MUSTER_TRY_ASSIGN(std::string openapi, openapi_text());
  MUSTER_TRY_ASSIGN(const auto service,
                    serve::Service::open(settings, {.folder = folder,
                                                    .openapi = std::move(openapi),
                                                    .now = context.options().now,
                                                    .random = &context.random(),
                                                    .clock = clock,
                                                    .log = &context.err()}));
  http::ServerOptions server_options = serve::server_options(settings);
  if (tls) server_options.tls = &*tls;
  service->hook_into(server_options);
  MUSTER_TRY_ASSIGN(const auto server,
                    http::HttpServer::listen(server_options, [&](const http::Request& request,
                                                                 const http::Reply& reply) {
                      service->answer(request, reply);
                    }));
  const std::string url = url_of(settings, server->port());
  const auto credentials = settings.tokens.size() + settings.certificates.size();
  auto printer = context.printer();
  printer.facts({"",
                 {{"registry", folder.string()},
                  {"listens on", url},
                  {"credentials", std::to_string(credentials)}}});
  printer.json({{"url", url}, {"credentials", credentials}});
  context.out().flush();
  service->log().info("listening", {{"url", url}, {"credentials", credentials}});
  if (settings.is_exposed()) {
    service->log().warning("cleartext", {{"detail", serve::exposed_warning}});
  }
  server->run();
  service->stop();
  service->log().info("stopped", Json::object());
  return ExitCode::done;
}

}  // namespace

void add_serve_command(CLI::App& app, Context& context) {
  auto& options = context.keep<ServeOptions>();
  CLI::App& verb = *app.add_subcommand("serve", "answer over HTTP until SIGTERM");
  verb.callback([&context, &options] {
    context.choose([&context, &options] { return run_service(context, options); });
  });
  verb.add_option("--listen", options.listen,
                  "ADDRESS:PORT; port 0 takes any that is free (MUSTER_LISTEN)")
      ->envname("MUSTER_LISTEN");
  verb.add_option("--config", options.config,
                  "a JSON file: who may ask what, and limits (MUSTER_CONFIG)")
      ->envname("MUSTER_CONFIG");
}

}  // namespace muster::cli
