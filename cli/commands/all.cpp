#include "cli/command.hpp"
#include "cli/commands/commands.hpp"

namespace muster::cli {

void add_all_commands(CLI::App& app, Context& context) {
  add_demo_command(app, context);
  add_init_command(app, context);
  add_event_commands(app, context);
  add_key_commands(app, context);
  add_ceremony_commands(app, context);
  add_kit_commands(app, context);
  add_plan_new_commands(app, context);
  add_plan_draw_commands(app, context);
  add_plan_evaluate_commands(app, context);
  add_operator_commands(app, context);
  add_party_commands(app, context);
  add_product_commands(app, context);
  add_licence_commands(app, context);
  add_lease_commands(app, context);
  add_rma_commands(app, context);
  add_screen_commands(app, context);
  add_trade_commands(app, context);
  add_chip_commands(app, context);
  add_chip_challenge_command(app, context);
  add_chip_history_command(app, context);
  add_statement_commands(app, context);
  add_statement_disputed_command(app, context);
  add_statement_replace_command(app, context);
  add_case_commands(app, context);
  add_statement_submit_commands(app, context);
  add_statement_promise_commands(app, context);
  add_statement_check_note_commands(app, context);
  add_statement_refusal_commands(app, context);
  add_ledger_commands(app, context);
  add_ledger_checkpoint_commands(app, context);
  add_ledger_prove_commands(app, context);
  add_ledger_check_proof_command(app, context);
  add_ledger_receipt_commands(app, context);
  add_ledger_tiles_commands(app, context);
  add_ledger_verify_command(app, context);
  add_ledger_compare_command(app, context);
  add_ledger_evidence_commands(app, context);
  add_ledger_backup_commands(app, context);
  add_ledger_repair_command(app, context);
  add_ledger_watch_command(app, context);
  add_witness_commands(app, context);
  add_registry_commands(app, context);
  add_roster_commands(app, context);
  add_roster_blind_commands(app, context);
  add_epcis_commands(app, context);
  add_epcis_export_command(app, context);
  add_state_commit_command(app, context);
  add_state_prove_commands(app, context);
  add_epcis_import_commands(app, context);
  add_epcis_sign_command(app, context);
  add_campaign_commands(app, context);
  add_plan_size_commands(app, context);
  add_plan_threshold_command(app, context);
  add_device_log_commands(app, context);
  add_device_emulate_command(app, context);
  add_attest_commands(app, context);
  add_attest_spdm_command(app, context);
}

}  // namespace muster::cli
