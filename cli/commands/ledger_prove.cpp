// `ledger prove` and `consistency`: proofs to take home, from the registry or an exported log.

#include "cli/command.hpp"
#include "cli/commands/commands.hpp"
#include "cli/home.hpp"
#include "cli/log_operator.hpp"
#include "cli/log_proofs.hpp"
#include "cli/print/number.hpp"
#include "ledger/base/file.hpp"
#include "ledger/proofs.hpp"
#include "ledger/tiles/tiled_log.hpp"

namespace muster::cli {
namespace {

struct ProveOptions {
  std::uint64_t index = 0;
  std::string tiles;
  bool proof_alone = false;
  std::string file;
};

struct ConsistencyOptions {
  std::uint64_t from = 0;
  std::optional<std::uint64_t> to;
  std::string tiles;
  std::string file;
};

/// Writes `text` to a new file if one is named, and says whether it did.
Result<bool> written(const Context& context, const std::string& file, const std::string& text) {
  if (file.empty() || context.options().dry_run) return false;
  MUSTER_TRY(create_file(file, as_bytes(text)));
  return true;
}

Result<std::string> signed_checkpoint(const Context& context, ledger::Store& store,
                                      const std::string& activity) {
  MUSTER_TRY_ASSIGN(auto checkpoint, current_checkpoint(context, store));
  if (checkpoint) return std::move(*checkpoint);
  return failure(Errc::unavailable,
                 activity + ": no signed checkpoint is kept and the operator's key is not here");
}

Result<ledger::TiledLog> open_tiles(const std::string& folder) {
  return ledger::TiledLog::open(ledger::folder_source(folder));
}

Result<EntryProof> proof_from_tiles(const ProveOptions& options) {
  MUSTER_TRY_ASSIGN(auto log, open_tiles(options.tiles));
  if (options.proof_alone) {
    MUSTER_TRY_ASSIGN(auto proof, log.prove({options.index}));
    return EntryProof{std::move(proof), std::nullopt};
  }
  MUSTER_TRY_ASSIGN(const Bytes bytes, log.entry({options.index}));
  if (!ledger::parse_entry(bytes)) {
    return failure(
        Errc::invalid_input,
        "entry " + std::to_string(options.index) +
            ": not one of Muster's, so it has no receipt; --proof-alone gives its proof");
  }
  MUSTER_TRY_ASSIGN(auto receipt, log.receipt({options.index}));
  return EntryProof{receipt.proof, receipt};
}

Result<EntryProof> proof_from_registry(const Context& context, const ProveOptions& options) {
  MUSTER_TRY_ASSIGN(const auto store, open_store(context));
  MUSTER_TRY_ASSIGN(const ledger::TreeHead tree, store->head());
  const std::string activity = "proving entry " + std::to_string(options.index);
  if (options.index >= tree.size.value) {
    return failure(Errc::not_found, activity + ": the log has " +
                                        print::counted(tree.size.value, "entry", "entries"));
  }
  MUSTER_TRY_ASSIGN(const auto checkpoint, signed_checkpoint(context, *store, activity));
  MUSTER_TRY_ASSIGN(auto receipt, ledger::make_receipt(*store, {options.index}, checkpoint));
  EntryProof made{receipt.proof, std::nullopt};
  if (!options.proof_alone) made.receipt = std::move(receipt);
  return made;
}

Result<ExitCode> prove(Context& context, const ProveOptions& options) {
  MUSTER_TRY_ASSIGN(const EntryProof made, options.tiles.empty()
                                               ? proof_from_registry(context, options)
                                               : proof_from_tiles(options));
  const auto& receipt = made.receipt;
  const std::string text =
      receipt ? ledger::encode_receipt(*receipt) + "\n" : ledger::encode_tlog_proof(made.proof);
  MUSTER_TRY_ASSIGN(const bool wrote, written(context, options.file, text));
  auto printer = context.printer();
  if (wrote) {
    printer.facts({"",
                   {{"entry", print::grouped(options.index)},
                    {receipt ? "receipt" : "proof", options.file}}});
  } else {
    printer.raw(text);
  }
  MUSTER_TRY_ASSIGN(Json json, entry_proof_json(made, {options.index}));
  json["file"] = wrote ? Json(options.file) : Json(nullptr);
  printer.json(json);
  return ExitCode::done;
}

Result<Consistency> consistency_from_tiles(const ConsistencyOptions& options) {
  MUSTER_TRY_ASSIGN(auto log, open_tiles(options.tiles));
  const ledger::TreeSize from{options.from};
  const ledger::TreeSize to{options.to.value_or(log.checkpoint().size.value)};
  MUSTER_TRY_ASSIGN(auto hashes, log.consistency(from, to));
  MUSTER_TRY_ASSIGN(const Hash before, log.root_at(from));
  MUSTER_TRY_ASSIGN(const Hash after, log.root_at(to));
  return Consistency{{from, before},
                     {to, after},
                     {from, std::move(hashes), options.to ? std::string() : log.note()}};
}

Result<Consistency> consistency_from_registry(const Context& context,
                                              const ConsistencyOptions& options) {
  MUSTER_TRY_ASSIGN(const auto store, open_store(context));
  const ledger::TreeSize from{options.from};
  ledger::TreeSize to{options.to.value_or(0)};
  std::string checkpoint;
  if (!options.to) {
    MUSTER_TRY_ASSIGN(checkpoint, signed_checkpoint(context, *store, "proving consistency"));
    MUSTER_TRY_ASSIGN(const auto parsed, ledger::parse_checkpoint(checkpoint));
    to = parsed.size;
  }
  return consistency_of(*store, {from, to}, std::move(checkpoint));
}

Result<ExitCode> prove_consistency(Context& context, const ConsistencyOptions& options) {
  if (options.to && !options.file.empty()) {
    return failure(Errc::invalid_input,
                   "--out: a proof to take home ends at a signed checkpoint; leave out the second "
                   "size");
  }
  MUSTER_TRY_ASSIGN(const Consistency made, options.tiles.empty()
                                                ? consistency_from_registry(context, options)
                                                : consistency_from_tiles(options));
  const std::string text = ledger::encode_growth_proof(made.proof);
  MUSTER_TRY_ASSIGN(const bool wrote, written(context, options.file, text));
  auto printer = context.printer();
  if (wrote || options.to) {
    printer.facts(
        {"",
         {{"from", print::grouped(made.before.size.value)},
          {"root", made.before.root.to_hex()},
          {"to", print::grouped(made.after.size.value)},
          {"root there", made.after.root.to_hex()},
          {"proof",
           wrote ? options.file : print::counted(made.proof.hashes.size(), "hash", "hashes")}}});
  }
  if (!wrote) printer.raw(text);
  Json json = consistency_json(made);
  json["file"] = wrote ? Json(options.file) : Json(nullptr);
  printer.json(json);
  return ExitCode::done;
}

}  // namespace

void add_ledger_prove_commands(CLI::App& app, Context& context) {
  CLI::App& ledger = noun(app, "ledger", "the log: entries, head, proofs, verification");
  auto& proof = context.keep<ProveOptions>();
  CLI::App& prove_verb = add_verb(ledger, "prove", "a receipt that an entry is in the log", context,
                                  [&] { return prove(context, proof); });
  prove_verb.add_option("index", proof.index, "place of the entry, from 0")->required();
  prove_verb.add_option("--tiles", proof.tiles, "an exported log, instead of the registry");
  prove_verb.add_flag("--proof-alone", proof.proof_alone,
                      "the C2SP tlog-proof, without the entry itself");
  prove_verb.add_option("--out", proof.file, "a new file for the receipt; else print it");
  auto& sizes = context.keep<ConsistencyOptions>();
  CLI::App& consistency_verb = add_verb(ledger, "consistency", "a proof that the log only grew",
                                        context, [&] { return prove_consistency(context, sizes); });
  consistency_verb.add_option("from", sizes.from, "entries of the older log, from 1")->required();
  consistency_verb.add_option("to", sizes.to,
                              "entries of the newer log; by default the signed checkpoint");
  consistency_verb.add_option("--tiles", sizes.tiles, "an exported log, instead of the registry");
  consistency_verb.add_option("--out", sizes.file, "a new file for the proof; else print it");
}

}  // namespace muster::cli
