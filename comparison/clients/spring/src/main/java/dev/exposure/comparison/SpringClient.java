package dev.exposure.comparison;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** A usual Spring Kafka application: one listener method. Profile {@code backlog}: one that counts in PostgreSQL. */
@SpringBootApplication
public class SpringClient {

    public static void main(String[] args) {
        SpringApplication.run(SpringClient.class, args);
    }
}
