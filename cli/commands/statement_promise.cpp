// `statement promise` and `promises`: statements handed in now and recorded later, against the
// operator's word.

#include <iostream>

#include "cli/commands/commands.hpp"
#include "cli/promise_json.hpp"
#include "cli/promised_statements.hpp"
#include "cli/statement_inbox.hpp"
#include "ledger/base/file.hpp"

namespace muster::cli {
namespace {

struct PromiseOptions {
  std::vector<std::string> files;
  std::vector<std::string> blobs;
  std::string folder;
  std::string within = "24h";
  bool submit = false;
  DoorOptions door;
  RefusalAuthor author;
};

/// Writes the promise where its party takes it from. One that is there is the same one.
Result<std::string> keep_promise_file(const std::string& folder, const HandedIn& handed) {
  std::error_code problem;
  std::filesystem::create_directories(folder, problem);
  const auto file = std::filesystem::path(folder) /
                    (handed.statement.to_hex() + "-" +
                     handed.waiting->envelope.to_hex().substr(0, 16) + ".promise");
  const auto written = create_file(file, as_bytes(handed.promise));
  if (!written && written.error().code != Errc::conflict) return failure(written.error());
  return file.string();
}

/// What is told of one statement that was handed in.
Json handed_json(const Incoming& incoming) {
  return {{"where", incoming.where},
          {"line", incoming.line},
          {"statement", ledger::statement_hash(incoming.submission.envelope).to_hex()},
          {"status", "refused"},
          {"index", nullptr},
          {"deadline", nullptr},
          {"promise", nullptr},
          {"rule", nullptr},
          {"error", nullptr}};
}

/// Takes statements in, one by one, and tells of each.
class HandInCounter final {
 public:
  HandInCounter(Context& context, PromiseDesk& desk, const PromiseOptions& options,
                std::int64_t delay_ms)
      : desk_(&desk), options_(&options), delay_ms_(delay_ms), printer_(context.printer()) {}

  Result<void> take(const Incoming& incoming) {
    Json line = handed_json(incoming);
    auto handed = desk_->take(incoming.submission, delay_ms_);
    if (!handed) {
      if (handed.error().code != Errc::refused) return failure(std::move(handed.error()));
      printer_.error(incoming.where + ": " + handed.error().message);
      line.update({{"rule", handed.error().rule}, {"error", handed.error().message}});
      code_ = ExitCode::negative;
    } else if (handed->recorded) {
      line.update({{"status", "recorded"}, {"index", handed->recorded->value}});
      ++recorded_;
    } else {
      MUSTER_TRY_ASSIGN(const std::string file, keep_promise_file(options_->folder, *handed));
      line.update({{"status", handed->again ? "promised-before" : "promised"},
                   {"deadline", handed->deadline.to_string()},
                   {"promise", file}});
      taken_.push_back(*handed->waiting);
    }
    printer_.json_line(line);
    return {};
  }

  void sum_up() {
    printer_.facts({"",
                    {{"promised", std::to_string(taken_.size())},
                     {"recorded before", std::to_string(recorded_)},
                     {"promises", options_->folder}}});
  }

  [[nodiscard]] ExitCode code() const { return code_; }
  [[nodiscard]] const std::vector<Waiting>& taken() const { return taken_; }

 private:
  PromiseDesk* desk_;
  const PromiseOptions* options_;
  std::int64_t delay_ms_;
  print::Printer printer_;
  std::uint64_t recorded_ = 0;
  std::vector<Waiting> taken_;
  ExitCode code_ = ExitCode::done;
};

Result<ExitCode> promise_all(Context& context, const PromiseOptions& options) {
  MUSTER_TRY_ASSIGN(const std::int64_t delay_ms, merge_delay_ms(options.within, "--within"));
  MUSTER_TRY(check_readable(options.files, options.blobs));
  MUSTER_TRY_ASSIGN(const auto home, Home::open(context));
  if (context.options().dry_run) {
    context.printer().paragraph("Readable. Nothing was taken in or promised.");
    return ExitCode::done;
  }
  MUSTER_TRY_ASSIGN(auto desk, PromiseDesk::open(context, *home));
  HandInCounter counter(context, desk, options, delay_ms);
  StatementInbox inbox(options.files, options.blobs, std::cin);
  while (true) {
    MUSTER_TRY_ASSIGN(const auto incoming, inbox.next());
    if (!incoming) break;
    MUSTER_TRY(counter.take(*incoming));
  }
  counter.sum_up();
  if (!options.submit) return counter.code();
  MUSTER_TRY_ASSIGN(const ExitCode recorded,
                    record_promised(context, *home, options.door, options.author, counter.taken()));
  return recorded == ExitCode::done ? counter.code() : recorded;
}

Result<ExitCode> list_promises(Context& context) {
  MUSTER_TRY_ASSIGN(const auto home, Home::open(context));
  MUSTER_TRY_ASSIGN(Clock * clock, context.clock());
  MUSTER_TRY_ASSIGN(const auto all, waiting_room(*home).list());
  print::Table table{
      .columns = {print::number_column("number"), print::id_column("statement"), {"until"}, {""}}};
  Json list = Json::array();
  bool overdue = false;
  for (const Waiting& one : all) {
    MUSTER_TRY_ASSIGN(Json row, promise_json(one, clock->now()));
    const bool late = row["overdue"].get<bool>();
    overdue = overdue || late;
    table.rows.push_back(
        {std::to_string(one.number), row["statement"].get<std::string>(),
         row["deadline"].is_null() ? "nothing promised" : row["deadline"].get<std::string>(),
         late ? "OVERDUE" : ""});
    row["folder"] = one.folder.string();
    list.push_back(std::move(row));
  }
  auto printer = context.printer();
  if (all.empty()) printer.paragraph("Nothing waits.", print::Tone::good);
  if (!all.empty()) printer.table(table);
  printer.json({{"waiting", std::move(list)}});
  return overdue ? ExitCode::negative : ExitCode::done;
}

}  // namespace

void add_statement_promise_commands(CLI::App& app, Context& context) {
  CLI::App& statement = noun(app, "statement", "statements of any kind, made, judged, handed in");
  auto& options = context.keep<PromiseOptions>();
  CLI::App& promise =
      add_verb(statement, "promise", "take statements in, and sign for it that they get recorded",
               context, [&] { return promise_all(context, options); });
  promise.add_option("files", options.files, "an envelope, or NDJSON of statements; - reads stdin")
      ->required();
  promise.add_option("--blob", options.blobs, "a manifest that an envelope file names");
  promise.add_option("--out", options.folder, "a folder for <statement>-<16 hex>.promise")
      ->required();
  promise.add_option("--within", options.within,
                     "the time the operator takes: 30m, 24h (default), 7d; at most 30d");
  CLI::Option* const submit =
      promise.add_flag("--submit", options.submit, "record them, once they are promised");
  add_keepsake_options(promise, options.door.keep);
  CLI::Option* const party =
      promise.add_option("--as", options.author.party, "the party that records refusals");
  CLI::Option* const keys =
      promise.add_option("--sign", options.author.keys, "its key file; again for further signers");
  party->needs(keys)->needs(submit);
  keys->needs(party);
  add_verb(statement, "promises", "what waits, and until when it was promised", context,
           [&] { return list_promises(context); });
}

}  // namespace muster::cli
