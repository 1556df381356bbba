package com.example.pacing;

import java.util.concurrent.TimeUnit;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.stereotype.Component;

/** Tells the ad servers which campaigns are closed, at least once each: a message may come twice. */
@Component
class ClosedCampaigns {

    static final String TOPIC = "campaign-closed";

    private final KafkaTemplate<String, String> kafka;

    ClosedCampaigns(KafkaTemplate<String, String> kafka) {
        this.kafka = kafka;
    }

    /** Returns when the brokers have the message, so that the transaction does not commit without it. */
    void send(String campaign) {
        try {
            kafka.send(TOPIC, campaign, "closed").get(5, TimeUnit.SECONDS);
        } catch (InterruptedException ex) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while a campaign was being closed", ex);
        } catch (Exception ex) {
            // Thrown on, the exposures come again, and with them the message.
            throw new IllegalStateException("The message that a campaign is closed could not be sent", ex);
        }
    }
}
