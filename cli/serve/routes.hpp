#pragma once

#include "cli/serve/service.hpp"

namespace muster::serve {

// Each adds the routes of one group of resources. All borrow the service.

void add_statement_routes(Router& router, Service& service);
void add_job_routes(Router& router, Service& service);
void add_chip_routes(Router& router, Service& service);
void add_trade_routes(Router& router, Service& service);
void add_party_routes(Router& router, Service& service);
void add_audit_routes(Router& router, Service& service);
void add_log_routes(Router& router, Service& service);
void add_proof_routes(Router& router, Service& service);
void add_tile_routes(Router& router, Service& service);
void add_manifest_routes(Router& router, Service& service);
void add_author_routes(Router& router, Service& service);
void add_epcis_routes(Router& router, Service& service);
void add_upload_routes(Router& router, Service& service);
void add_record_routes(Router& router, Service& service);
void add_stock_routes(Router& router, Service& service);
void add_run_routes(Router& router, Service& service);
void add_product_routes(Router& router, Service& service);
void add_promise_routes(Router& router, Service& service);
void add_choke_routes(Router& router, Service& service);
void add_operation_routes(Router& router, Service& service);

}  // namespace muster::serve
