package com.example.pacing;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** Takes exposures from Kafka and paces campaigns by what they have spent. */
@SpringBootApplication
public class PacingApplication {

    /** Starts the application; arguments are Spring properties. */
    public static void main(String[] args) {
        SpringApplication.run(PacingApplication.class, args);
    }
}
