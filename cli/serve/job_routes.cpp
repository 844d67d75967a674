// /v1/jobs: what is recorded in the background.

#include "cli/serve/form.hpp"
#include "cli/serve/reading.hpp"
#include "cli/serve/routes.hpp"
#include "ledger/base/json_fields.hpp"

namespace muster::serve {
namespace {

constexpr std::uint64_t piece_bytes = std::uint64_t{1} << 20U;

/// An upload of statements becomes a job.
Result<Answer> post_job(Service& service, const Asked& asked) {
  MUSTER_TRY(check_takes_in(service));
  MUSTER_TRY_ASSIGN(const Json wish, parse_json(asked.request.body));
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(wish, "job"));
  MUSTER_TRY_ASSIGN(const std::string id, fields.text("upload"));
  MUSTER_TRY(fields.finish());
  const auto nobody = [](const std::string&) { return false; };
  MUSTER_TRY_ASSIGN(const Upload upload, service.uploads().find(id, asked.principal, nobody));
  if (upload.kind != "statements") {
    return failure(Errc::invalid_input, "upload: is a " + upload.kind + ", want statements");
  }
  MUSTER_TRY_ASSIGN(const auto file, service.uploads().give_away(id, asked.principal));
  MUSTER_TRY_ASSIGN(const Job job, service.jobs().add_file(asked.principal, file));
  service.uploads().forget(id);
  Answer answer{.status = 202, .json = job_json(job)};
  answer.headers.push_back({"Location", "/v1/jobs/" + job.id});
  return answer;
}

Result<Answer> get_job(Service& service, const Asked& asked) {
  MUSTER_TRY_ASSIGN(const Job job, service.jobs().find(asked.part("job"), asked.principal));
  Answer answer = found_json(job_json(job));
  if (job.state == "waiting" || job.state == "running") {
    answer.headers.push_back({"Retry-After", "1"});
  }
  return answer;
}

Result<Answer> get_job_errors(Service& service, const Asked& asked) {
  MUSTER_TRY_ASSIGN(const Job job, service.jobs().find(asked.part("job"), asked.principal));
  MUSTER_TRY_ASSIGN(const auto offset, asked.number("offset"));
  MUSTER_TRY_ASSIGN(std::string text,
                    service.jobs().errors_of(job, offset.value_or(0), piece_bytes));
  Answer answer;
  const std::uint64_t next = offset.value_or(0) + text.size();
  answer.headers.push_back({"Muster-Next", std::to_string(next)});
  answer.raw = http::Response{.status = 200, .body = std::move(text), .content_type = ndjson_type};
  return answer;
}

}  // namespace

void add_job_routes(Router& router, Service& service) {
  router.add({"POST", "/v1/jobs", Role::custodian, {}, [&service](const Asked& asked) {
                return post_job(service, asked);
              }});
  router.add({"GET", "/v1/jobs/{job}", Role::custodian, {}, [&service](const Asked& asked) {
                return get_job(service, asked);
              }});
  router.add(
      {"GET", "/v1/jobs/{job}/errors", Role::custodian, {"offset"}, [&service](const Asked& asked) {
         return get_job_errors(service, asked);
       }});
}

}  // namespace muster::serve
