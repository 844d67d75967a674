#pragma once

#include "cli/report/document.hpp"

namespace muster::test {

/// Text that tries every way out of markup that we know of.
inline constexpr const char* hostile_text =
    "</style></title></pre><script>alert('x')</script> & \" ' ]]> <!-- <![CDATA[ \x01\x1b[31m "
    "\xff\xfe \xe2\x80\xae reversed javascript:alert(1) \\3c script\\3e onload=x {}@import";

/// A power curve with a promised level.
report::LineChart sample_power_curve();

/// Bars per Prover.
report::BarChart sample_bars();

/// Chips from fab to datacentre.
report::FlowChart sample_flow();

/// A report with every kind of block in it.
report::Document sample_document();

/// A report in which every text is `hostile_text`.
report::Document hostile_document();

}  // namespace muster::test
