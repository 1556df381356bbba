package com.example.sums;

import java.math.BigDecimal;

/**
 * Exposures of one minute, campaign, ad and slot: a partial count of the service, or the sum of many. The names are those of
 * the service's JSON.
 *
 * @param exposures number of exposures
 * @param price_micros sum of their prices, in millionths of the currency unit
 */
public record Sum(
        String minute, String campaign_id, String ad_id, String slot_id, long exposures, BigDecimal price_micros) {

    /** This and another count of the same key; the other one alone where there is none yet. */
    static Sum add(Sum sum, Sum more) {
        return sum == null
                ? more
                : new Sum(
                        more.minute,
                        more.campaign_id,
                        more.ad_id,
                        more.slot_id,
                        sum.exposures + more.exposures,
                        sum.price_micros.add(more.price_micros));
    }
}
