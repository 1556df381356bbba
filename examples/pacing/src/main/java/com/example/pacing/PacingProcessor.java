package com.example.pacing;

import dev.exposure.intake.decode.Exposure;
import dev.exposure.intake.process.ExposureProcessor;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/**
 * Adds up what each campaign has spent, and closes a campaign once its budget is spent.
 *
 * <p>It is called within the transaction that stores the positions of the exposures. So the table is exact: each exposure is in
 * {@code campaign.spent_micros} once, whatever is killed and whenever. The message to the ad servers goes out before the commit
 * and is not part of the transaction: it may be sent again, and is never left out. Who receives it must take it twice.
 */
@Component
class PacingProcessor implements ExposureProcessor {

    private final JdbcTemplate jdbc;
    private final ClosedCampaigns closedCampaigns;

    PacingProcessor(JdbcTemplate jdbc, ClosedCampaigns closedCampaigns) {
        this.jdbc = jdbc;
        this.closedCampaigns = closedCampaigns;
    }

    @Override
    public void process(List<Exposure> exposures) {
        // Sorted, so that all instances lock the rows in one order and none waits for another in a circle.
        SortedMap<String, Long> spent = new TreeMap<>();
        for (Exposure exposure : exposures) {
            if (exposure.campaignId() != null) {
                spent.merge(exposure.campaignId(), exposure.priceMicros(), Math::addExact);
            }
        }
        spent.forEach(this::add);
    }

    private void add(String campaign, long micros) {
        int known = jdbc.update("UPDATE campaign SET spent_micros = spent_micros + ? WHERE id = ?", micros, campaign);
        if (known == 0) {
            // Two instances may do this at once: one fails with a duplicate key, and its transaction is repeated.
            jdbc.update("INSERT INTO campaign (id, spent_micros) VALUES (?, ?)", campaign, micros);
        }
        int closed = jdbc.update(
                "UPDATE campaign SET closed = TRUE WHERE id = ? AND NOT closed AND spent_micros >= budget_micros", campaign);
        if (closed == 1) {
            closedCampaigns.send(campaign);
        }
    }
}
