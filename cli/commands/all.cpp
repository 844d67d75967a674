#include "cli/commands/all.hpp"

#include <algorithm>

#include "cli/commands/commands.hpp"

namespace muster::cli {

namespace {

const std::vector<CommandGroup> all_groups{
    {add_demo_command, {"demo"}},
    {add_scenario_commands, {"scenario"}},
    {add_scenario_verify_command, {"scenario"}},
    {add_init_command, {"init"}},
    {add_key_commands, {"key"}},
    {add_audit_command, {"audit"}},
    {add_allowance_commands, {"allowance"}},
    {add_beacon_commands, {"beacon"}},
    {add_delay_commands, {"delay"}},
    {add_ceremony_commands, {"ceremony"}},
    {add_kit_commands, {"kit"}},
    {add_kit_field_commands, {"kit"}},
    {add_kit_arrive_command, {"kit"}},
    {add_kit_seal_commands, {"kit"}},
    {add_kit_offline_commands, {"kit"}},
    {add_kit_presence_commands, {"kit"}},
    {add_kit_progress_command, {"kit"}},
    {add_kit_close_command, {"kit"}},
    {add_kit_receive_command, {"kit"}},
    {add_plan_new_commands, {"plan"}},
    {add_plan_compare_commands, {"plan"}},
    {add_plan_draw_commands, {"plan"}},
    {add_plan_evaluate_commands, {"query", "plan"}},
    {add_operator_commands, {"ledger", "operator"}},
    {add_party_commands, {"party", "site"}},
    {add_product_commands, {"product"}},
    {add_product_check_command, {"product"}},
    {add_licence_commands, {"licence"}},
    {add_holder_commands, {"holder"}},
    {add_inventory_commands, {"inventory"}},
    {add_trade_commands, {"ship"}},
    {add_lease_commands, {"lease"}},
    {add_rma_commands, {"rma"}},
    {add_screen_commands, {"screen", "eus"}},
    {add_chip_commands, {"chip"}},
    {add_chip_certificates_command, {"chip"}},
    {add_chip_challenge_command, {"chip"}},
    {add_chip_find_command, {"chip"}},
    {add_chip_history_command, {"chip"}},
    {add_statement_replace_command, {"statement"}},
    {add_case_commands, {"case"}},
    {add_record_commands, {"finding", "dispute", "seal", "delegate", "policy"}},
    {add_roster_blind_commands, {"roster"}},
    {add_statement_commands, {"statement"}},
    {add_statement_disputed_command, {"statement"}},
    {add_statement_submit_commands, {"statement"}},
    {add_statement_promise_commands, {"statement"}},
    {add_statement_check_note_commands, {"statement"}},
    {add_statement_refusal_commands, {"statement"}},
    {add_ledger_commands, {"ledger"}},
    {add_ledger_checkpoint_commands, {"ledger"}},
    {add_ledger_prove_commands, {"ledger"}},
    {add_ledger_check_proof_command, {"ledger"}},
    {add_ledger_receipt_commands, {"ledger"}},
    {add_ledger_tiles_commands, {"ledger"}},
    {add_ledger_verify_command, {"ledger"}},
    {add_ledger_compare_command, {"ledger"}},
    {add_ledger_evidence_commands, {"ledger"}},
    {add_ledger_backup_commands, {"ledger"}},
    {add_ledger_repair_command, {"ledger"}},
    {add_ledger_watch_command, {"ledger"}},
    {add_witness_commands, {"ledger"}},
    {add_registry_commands, {"registry"}},
    {add_roster_commands, {"roster"}},
    {add_roster_freeze_command, {"roster"}},
    {add_choke_commands, {"choke"}},
    {add_choke_check_command, {"choke"}},
    {add_choke_keys_command, {"choke"}},
    {add_epcis_commands, {"epcis"}},
    {add_epcis_export_command, {"epcis"}},
    {add_epcis_import_commands, {"epcis"}},
    {add_epcis_sign_command, {"epcis"}},
    {add_state_commit_command, {"registry"}},
    {add_state_prove_commands, {"roster", "chip"}},
    {add_balance_commands, {"balance"}},
    {add_balance_fab_command, {"balance"}},
    {add_balance_watch_commands, {"balance"}},
    {add_campaign_commands, {"run", "query", "plan"}},
    {add_plan_accuse_command, {"plan"}},
    {add_plan_looks_command, {"plan"}},
    {add_plan_extend_command, {"plan"}},
    {add_plan_floor_commands, {"plan"}},
    {add_plan_replay_command, {"plan"}},
    {add_plan_rest_command, {"plan"}},
    {add_plan_simulate_command, {"plan"}},
    {add_plan_size_commands, {"plan"}},
    {add_plan_threshold_command, {"plan"}},
    {add_device_log_commands, {"device-log"}},
    {add_device_acknowledge_command, {"device-log"}},
    {add_device_convert_command, {"device-log"}},
    {add_device_emulate_command, {"device-log"}},
    {add_device_fleet_command, {"device-log"}},
    {add_device_pack_command, {"device-log"}},
    {add_prover_check_command, {"prover"}},
    {add_prover_due_command, {"prover"}},
    {add_attest_commands, {"attest"}},
    {add_attest_account_command, {"attest"}},
    {add_attest_replay_command, {"attest"}},
    {add_attest_result_command, {"attest"}},
    {add_attest_room_commands, {"attest"}},
    {add_attest_spdm_command, {"attest"}},
    {add_run_declare_command, {"run"}},
    {add_run_train_commands, {"run"}},
    {add_run_transcript_commands, {"run"}},
};

}  // namespace

const std::vector<CommandGroup>& command_groups() { return all_groups; }

void add_commands(CLI::App& app, Context& context, const WantedNoun& wanted) {
  for (const CommandGroup& group : command_groups()) {
    if (std::ranges::any_of(group.nouns, wanted)) group.add(app, context);
  }
  add_event_commands(app, context, wanted);
}

}  // namespace muster::cli
