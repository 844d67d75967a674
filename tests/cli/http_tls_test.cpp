#include <vector>

#include "ledger/base/hash.hpp"
#include "tests/cli/http_world.hpp"
#include "tests/support/must.hpp"
#include "tests/support/source_root.hpp"

using namespace muster;
using namespace muster::http;
using muster::test::HttpWorld;
using muster::test::must;
using muster::test::must_fail;
using muster::test::RawClient;

namespace {

std::filesystem::path pem(const std::string& name) {
  return std::filesystem::path(muster::test::source_root) / "tests/vectors/tls" / (name + ".pem");
}

/// The certificate `name` with its key; empty for none.
TlsFiles files_of(const std::string& name) {
  TlsFiles files{.authorities = pem("authority")};
  if (name.empty()) return files;
  files.certificate = pem(name);
  files.key = pem(name + ".key");
  return files;
}

Response whoever(const Request& request) {
  return plain(200, request.peer_certificate.empty() ? "nobody" : request.peer_certificate);
}

/// A server that shows `name`; clients may, or must, be known to the same authority.
struct TlsWorld {
  explicit TlsWorld(const std::string& name, const TlsFiles& of_clients = {},
                    ClientCertificates clients = ClientCertificates::optional)
      : tls(server(name, of_clients, clients)),
        world(whoever, {.request_timeout_ms = 500, .tls = &tls}) {}

  static TlsContext server(const std::string& name, const TlsFiles& of_clients = {},
                           ClientCertificates clients = ClientCertificates::optional) {
    TlsFiles files = files_of(name);
    files.authorities = of_clients.authorities;
    files.revoked = of_clients.revoked;
    return must(TlsContext::for_server(files, clients));
  }

  Result<Response> call(const TlsFiles& client, const std::string& host = "127.0.0.1") {
    const Call call{.url = {host, world.port(), "/", true}};
    const TlsContext shown = must(TlsContext::for_client(client));
    return std::move(call_all(std::span(&call, 1), {.tls = &shown})[0]);
  }

  TlsContext tls;
  HttpWorld world;
};

const TlsFiles known{.authorities = pem("authority"), .revoked = pem("revoked")};

}  // namespace

TEST_CASE("over TLS a call goes as without, by the address and by the name that the server shows") {
  TlsWorld world("server");

  CHECK(must(world.call(files_of(""))).body == "nobody\n");
  CHECK(must(world.call(files_of(""), "localhost")).body == "nobody\n");
}

TEST_CASE("a server that is not who the client asked for is not spoken to") {
  for (const char* name : {"server_elsewhere", "server_expired", "server_of_stranger", "client"}) {
    CAPTURE(std::string(name));
    TlsWorld world(name);
    const std::string why = must_fail(world.call(files_of("")));
    CHECK(why.starts_with("https://127.0.0.1:"));
    CHECK(why.find(": shaking hands by TLS: certificate verify failed") != std::string::npos);
  }
  TlsWorld of_this_machine("server");
  CHECK(must_fail(of_this_machine.call({})).find("certificate verify failed") != std::string::npos);
}

TEST_CASE("a client's certificate is known by its digest, and nothing that it sends becomes one") {
  TlsWorld world("server", known);
  const std::string digest = must(world.call(files_of("client"))).body.substr(0, 64);
  CHECK(must(Hash::from_hex(digest)).to_hex() == digest);

  const Call pretends{.url = {"127.0.0.1", world.world.port(), "/", true},
                      .headers = {{"peer_certificate", digest}, {"X-Client-Cert", digest}}};
  const TlsContext unknown = must(TlsContext::for_client(files_of("")));
  const auto answers = call_all(std::span(&pretends, 1), {.tls = &unknown});
  CHECK(must(answers[0]).body == "nobody\n");
}

TEST_CASE("a client's certificate that is not good is refused before any request is read") {
  TlsWorld world("server", known);
  for (const char* name :
       {"client_expired", "client_not_yet", "client_revoked", "client_of_stranger", "server",
        "client_for_code", "client_self_signed", "client_of_impostor", "client_of_client"}) {
    CAPTURE(std::string(name));
    CHECK_FALSE(world.call(files_of(name)));
  }
  CHECK(must(world.call(files_of("client"))).body != "nobody\n");
}

TEST_CASE("between a client and its authority stand at most three others, and only authorities") {
  TlsWorld world("server", {.authorities = pem("authority")});

  CHECK(must(world.call(files_of("client_by_1_steps"))).body != "nobody\n");
  CHECK_FALSE(world.call(files_of("client_by_4_steps")));
  CHECK_FALSE(world.call(files_of("client_of_client")));
}

TEST_CASE("where certificates are required, nobody comes in without one") {
  TlsWorld world("server", known, ClientCertificates::required);

  CHECK_FALSE(world.call(files_of("")));
  CHECK(must(world.call(files_of("client"))).status == 200);
}

TEST_CASE("without authorities no certificate is asked for") {
  TlsWorld world("server");

  CHECK(must(world.call(files_of("client"))).body == "nobody\n");
}

TEST_CASE("what is no TLS, or stops half way, is closed, and others are served") {
  TlsWorld world("server");
  RawClient plain_text(world.world.port());
  plain_text.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  RawClient silent(world.world.port());
  RawClient half(world.world.port());
  half.send(std::string_view("\x16\x03\x01\x02\x00\x01\x00", 7));

  CHECK(must(world.call(files_of(""))).status == 200);

  CHECK(plain_text.read_all().find("HTTP") == std::string::npos);
  CHECK(silent.read_all().empty());
  CHECK(half.read_all().empty());
}

TEST_CASE("TLS older than 1.3 is refused") {
  TlsWorld world("server");
  RawClient old(world.world.port());
  // A ClientHello that offers TLS 1.2 and AES-128-GCM, and no later version.
  std::string hello("\x16\x03\x01\x00\x2f\x01\x00\x00\x2b\x03\x03", 11);
  hello += std::string(32, 'r');
  hello += std::string("\x00\x00\x02\xc0\x2b\x01\x00\x00\x00", 9);
  old.send(hello);

  const std::string answer = old.read_all();

  REQUIRE(answer.size() == 7);
  CHECK(answer[0] == 0x15);  // an alert
  CHECK(answer[6] == 70);    // protocol_version (RFC 8446, section 6)
}

TEST_CASE("many calls over TLS at once, each answered whole") {
  const auto echo = [](const Request& request) { return plain(200, request.body); };
  const TlsContext tls = TlsWorld::server("server");
  HttpWorld world(echo, {.threads = 2, .tls = &tls});
  std::vector<Call> calls;
  for (std::size_t i = 0; i < 40; ++i) {
    calls.push_back({.method = "POST",
                     .url = {"127.0.0.1", world.port(), "/", true},
                     .body = std::string(i * 5'000, 'x')});
  }

  const TlsContext client = must(TlsContext::for_client(files_of("")));
  const auto answers = call_all(calls, {.tls = &client});

  for (std::size_t i = 0; i < answers.size(); ++i) {
    CAPTURE(i);
    CHECK(must(answers[i]).body.size() == i * 5'000 + 1);
  }
}

TEST_CASE("files that are not what they must be are named") {
  TlsFiles files = files_of("server");
  files.key = pem("client.key");
  CHECK(must_fail(TlsContext::for_server(files))
            .starts_with(files.key.string() + ": want the secret key of "));
  files.key = pem("server");
  CHECK(must_fail(TlsContext::for_server(files)).starts_with(files.key.string() + ": want "));
  files = files_of("server");
  files.certificate = pem("server.key");
  CHECK(must_fail(TlsContext::for_server(files))
            .starts_with(files.certificate.string() + ": want a certificate"));
  files = files_of("server");
  files.revoked = pem("client");
  CHECK(must_fail(TlsContext::for_server(files)) ==
        files.revoked.string() + ": want revocation lists, in PEM");
  files.revoked = pem("absent");
  CHECK(must_fail(TlsContext::for_server(files)).find("absent.pem") != std::string::npos);
  files = files_of("server");
  files.authorities.clear();
  CHECK_FALSE(TlsContext::for_server(files, ClientCertificates::required));
  CHECK_FALSE(TlsContext::for_server({}));
  CHECK_FALSE(TlsContext::for_client({.certificate = pem("client")}));
}
