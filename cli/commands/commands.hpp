#pragma once

namespace CLI {
class App;
}

namespace muster::cli {

class Context;

void add_demo_command(CLI::App& app, Context& context);
void add_scenario_commands(CLI::App& app, Context& context);
void add_scenario_verify_command(CLI::App& app, Context& context);
void add_init_command(CLI::App& app, Context& context);
void add_key_commands(CLI::App& app, Context& context);
void add_kit_commands(CLI::App& app, Context& context);
void add_kit_field_commands(CLI::App& app, Context& context);
void add_kit_arrive_command(CLI::App& app, Context& context);
void add_kit_seal_commands(CLI::App& app, Context& context);
void add_kit_offline_commands(CLI::App& app, Context& context);
void add_kit_presence_commands(CLI::App& app, Context& context);
void add_kit_progress_command(CLI::App& app, Context& context);
void add_kit_close_command(CLI::App& app, Context& context);
void add_kit_receive_command(CLI::App& app, Context& context);
void add_plan_draw_commands(CLI::App& app, Context& context);
void add_plan_evaluate_commands(CLI::App& app, Context& context);
void add_plan_new_commands(CLI::App& app, Context& context);
void add_plan_compare_commands(CLI::App& app, Context& context);
// One function for each file of this folder. `all.cpp` calls them all.
void add_attest_commands(CLI::App& app, Context& context);
void add_attest_account_command(CLI::App& app, Context& context);
void add_attest_replay_command(CLI::App& app, Context& context);
void add_attest_result_command(CLI::App& app, Context& context);
void add_attest_room_commands(CLI::App& app, Context& context);
void add_attest_spdm_command(CLI::App& app, Context& context);
void add_run_declare_command(CLI::App& app, Context& context);
void add_run_train_commands(CLI::App& app, Context& context);
void add_run_transcript_commands(CLI::App& app, Context& context);
void add_record_commands(CLI::App& app, Context& context);
void add_balance_commands(CLI::App& app, Context& context);
void add_balance_fab_command(CLI::App& app, Context& context);
void add_balance_watch_commands(CLI::App& app, Context& context);
void add_campaign_commands(CLI::App& app, Context& context);
void add_audit_command(CLI::App& app, Context& context);
void add_allowance_commands(CLI::App& app, Context& context);
void add_delay_commands(CLI::App& app, Context& context);
void add_beacon_commands(CLI::App& app, Context& context);
void add_ceremony_commands(CLI::App& app, Context& context);
void add_chip_certificates_command(CLI::App& app, Context& context);
void add_chip_challenge_command(CLI::App& app, Context& context);
void add_case_commands(CLI::App& app, Context& context);
void add_chip_commands(CLI::App& app, Context& context);
void add_chip_find_command(CLI::App& app, Context& context);
void add_chip_history_command(CLI::App& app, Context& context);
void add_device_acknowledge_command(CLI::App& app, Context& context);
void add_device_convert_command(CLI::App& app, Context& context);
void add_device_emulate_command(CLI::App& app, Context& context);
void add_device_fleet_command(CLI::App& app, Context& context);
void add_device_pack_command(CLI::App& app, Context& context);
void add_device_log_commands(CLI::App& app, Context& context);
void add_epcis_commands(CLI::App& app, Context& context);
void add_epcis_export_command(CLI::App& app, Context& context);
void add_epcis_import_commands(CLI::App& app, Context& context);
void add_epcis_sign_command(CLI::App& app, Context& context);
void add_ledger_check_proof_command(CLI::App& app, Context& context);
void add_ledger_commands(CLI::App& app, Context& context);
void add_ledger_backup_commands(CLI::App& app, Context& context);
void add_holder_commands(CLI::App& app, Context& context);
void add_inventory_commands(CLI::App& app, Context& context);
void add_ledger_evidence_commands(CLI::App& app, Context& context);
void add_ledger_prove_commands(CLI::App& app, Context& context);
void add_ledger_tiles_commands(CLI::App& app, Context& context);
void add_ledger_repair_command(CLI::App& app, Context& context);
void add_ledger_checkpoint_commands(CLI::App& app, Context& context);
void add_ledger_commands(CLI::App& app, Context& context);
void add_ledger_compare_command(CLI::App& app, Context& context);
void add_ledger_evidence_commands(CLI::App& app, Context& context);
void add_ledger_receipt_commands(CLI::App& app, Context& context);
void add_ledger_verify_command(CLI::App& app, Context& context);
void add_lease_commands(CLI::App& app, Context& context);
void add_licence_commands(CLI::App& app, Context& context);
void add_ledger_watch_command(CLI::App& app, Context& context);
void add_operator_commands(CLI::App& app, Context& context);
void add_party_commands(CLI::App& app, Context& context);
void add_plan_accuse_command(CLI::App& app, Context& context);
void add_plan_looks_command(CLI::App& app, Context& context);
void add_plan_floor_commands(CLI::App& app, Context& context);
void add_plan_extend_command(CLI::App& app, Context& context);
void add_plan_replay_command(CLI::App& app, Context& context);
void add_plan_rest_command(CLI::App& app, Context& context);
void add_plan_simulate_command(CLI::App& app, Context& context);
void add_plan_size_commands(CLI::App& app, Context& context);
void add_plan_threshold_command(CLI::App& app, Context& context);
void add_prover_check_command(CLI::App& app, Context& context);
void add_prover_due_command(CLI::App& app, Context& context);
void add_product_commands(CLI::App& app, Context& context);
void add_product_check_command(CLI::App& app, Context& context);
void add_registry_commands(CLI::App& app, Context& context);
void add_rma_commands(CLI::App& app, Context& context);
void add_choke_keys_command(CLI::App& app, Context& context);
void add_choke_commands(CLI::App& app, Context& context);
void add_choke_check_command(CLI::App& app, Context& context);
void add_roster_commands(CLI::App& app, Context& context);
void add_screen_commands(CLI::App& app, Context& context);
void add_roster_blind_commands(CLI::App& app, Context& context);
void add_roster_freeze_command(CLI::App& app, Context& context);
void add_state_commit_command(CLI::App& app, Context& context);
void add_state_prove_commands(CLI::App& app, Context& context);
void add_statement_replace_command(CLI::App& app, Context& context);
void add_statement_commands(CLI::App& app, Context& context);
void add_statement_check_note_commands(CLI::App& app, Context& context);
void add_statement_disputed_command(CLI::App& app, Context& context);
void add_statement_promise_commands(CLI::App& app, Context& context);
void add_statement_refusal_commands(CLI::App& app, Context& context);
void add_statement_submit_commands(CLI::App& app, Context& context);
void add_trade_commands(CLI::App& app, Context& context);
void add_witness_commands(CLI::App& app, Context& context);

}  // namespace muster::cli
