#pragma once

#include <string>

#include "report/run_record.h"

namespace straylane {

// A run as one self-contained HTML page. The page has no script and loads nothing; its content policy forbids both. It
// is readable from 360 px on, and light or dark as the reader's system is. Confirmed findings come first, then those of
// targets without a stock system, then those that a stock system did not show.
std::string render_html_report(const RunRecord& run);

// The parts of the page, each in a file of its own.

inline constexpr std::size_t kHtmlRowsMax = 600;  // of a finding's columns; the page says how many more there are

// One finding as an <article> with the given id: what failed and where, settings before and after shrinking, the
// schedule, why it fails, what happened thread by thread, and the commands that show it again.
std::string render_html_finding(const FindingRecord& record, const std::string& id);

// A name for a campaign of `run`, unique on its page.
std::string campaign_id(const RunRecord& run, const CampaignSummary& campaign);

// A campaign as a <section>: its summary, plots over time, its buckets, and the figures of the plots as a table.
std::string render_html_campaign(const CampaignSummary& campaign, const std::string& id);

}  // namespace straylane
