#pragma once

#include <string>

#include "report/run_record.h"

namespace straylane {

// A name for a campaign on the page of `run`, which holds it.
std::string campaign_id(const RunRecord& run, const CampaignSummary& campaign);

// A campaign as a <section>: what it came to, plots over time, its buckets, and the same figures as a table.
std::string render_html_campaign(const CampaignSummary& campaign, const std::string& id);

}  // namespace straylane
