// /v1/uploads: device logs, transcripts and files of statements, in pieces.

#include "cli/serve/form.hpp"
#include "cli/serve/reading.hpp"
#include "cli/serve/routes.hpp"

namespace muster::serve {
namespace {

constexpr std::uint64_t longest_piece = std::uint64_t{4} << 20U;

/// Whose files the caller may read beside its own.
Uploads::Sees sees_of(Service& service, const Principal& principal) {
  return [&service, &principal](const std::string& party) {
    if (principal.role < Role::verifier) return false;
    const auto may = service.live().with_state([&](const cli::Home& home) -> Result<bool> {
      const registry::RowN row = home.state().tables().parties.find(party);
      return row != registry::no_row && Visibility(home.state(), principal).books(row);
    });
    return may.value_or(false);
  };
}

Result<Answer> post_upload(Service& service, const Asked& asked) {
  MUSTER_TRY(check_takes_in(service));
  MUSTER_TRY_ASSIGN(const Json wish, parse_json(asked.request.body));
  MUSTER_TRY_ASSIGN(const Upload upload, service.uploads().begin(asked.principal, wish));
  Answer answer{.status = 201, .json = upload_json(upload)};
  answer.headers.push_back({"Location", "/v1/uploads/" + upload.id});
  return answer;
}

Result<Answer> patch_upload(Service& service, const Asked& asked) {
  MUSTER_TRY(check_takes_in(service));
  if (!asks_for(asked.request.header("Content-Type"), "application/octet-stream")) {
    return failure(
        Error{Errc::invalid_input, "Content-Type: want application/octet-stream", rule_media_type});
  }
  Asked offset_asked{asked.request, asked.principal, {}, {}};
  offset_asked.query["Upload-Offset"] = std::string(asked.request.header("Upload-Offset"));
  MUSTER_TRY_ASSIGN(const auto offset, offset_asked.number("Upload-Offset"));
  MUSTER_TRY_ASSIGN(const Upload upload,
                    service.uploads().append(asked.part("upload"), asked.principal,
                                             offset.value_or(0), asked.request.body));
  Answer answer = found_json(upload_json(upload));
  answer.headers.push_back({"Upload-Offset", std::to_string(upload.received)});
  return answer;
}

Result<Answer> get_upload(Service& service, const Asked& asked) {
  MUSTER_TRY_ASSIGN(const Upload upload,
                    service.uploads().find(asked.part("upload"), asked.principal,
                                           sees_of(service, asked.principal)));
  Answer answer = found_json(upload_json(upload));
  answer.headers.push_back({"Upload-Offset", std::to_string(upload.received)});
  answer.headers.push_back({"Upload-Length", std::to_string(upload.bytes)});
  return answer;
}

Result<Answer> get_uploads(Service& service, const Asked& asked) {
  MUSTER_TRY_ASSIGN(const std::uint64_t limit, page_limit(asked));
  const auto found = service.uploads().list(asked.principal, sees_of(service, asked.principal),
                                            asked.given("after").value_or(""), limit + 1);
  Json list = Json::array();
  for (const Upload& one : found) {
    if (list.size() == limit) break;
    Json json = upload_json(one);
    json["party"] = one.party;
    list.push_back(std::move(json));
  }
  Answer answer;
  answer.json = Json{{"next", found.size() > limit ? list.back()["upload"] : Json(nullptr)}};
  answer.json["uploads"] = std::move(list);
  answer.list = "uploads";
  return answer;
}

Result<Answer> get_content(Service& service, const Asked& asked) {
  MUSTER_TRY_ASSIGN(const auto offset, asked.number("offset"));
  MUSTER_TRY_ASSIGN(const auto count, asked.number("count", longest_piece));
  MUSTER_TRY_ASSIGN(const Upload upload,
                    service.uploads().find(asked.part("upload"), asked.principal,
                                           sees_of(service, asked.principal)));
  MUSTER_TRY_ASSIGN(std::string piece, service.uploads().read(upload, offset.value_or(0),
                                                              count.value_or(longest_piece)));
  Answer answer;
  answer.raw = http::Response{
      .status = 200, .body = std::move(piece), .content_type = "application/octet-stream"};
  answer.headers.push_back({"Upload-Length", std::to_string(upload.bytes)});
  return answer;
}

}  // namespace

void add_upload_routes(Router& router, Service& service) {
  router.add({"POST", "/v1/uploads", Role::custodian, {}, [&service](const Asked& asked) {
                return post_upload(service, asked);
              }});
  router.add(
      {"GET", "/v1/uploads", Role::custodian, {"after", "limit"}, [&service](const Asked& asked) {
         return get_uploads(service, asked);
       }});
  router.add({"GET", "/v1/uploads/{upload}", Role::custodian, {}, [&service](const Asked& asked) {
                return get_upload(service, asked);
              }});
  router.add({"PATCH", "/v1/uploads/{upload}", Role::custodian, {}, [&service](const Asked& asked) {
                return patch_upload(service, asked);
              }});
  router.add({"GET",
              "/v1/uploads/{upload}/content",
              Role::custodian,
              {"offset", "count"},
              [&service](const Asked& asked) { return get_content(service, asked); }});
}

}  // namespace muster::serve
