// A module of its own: sarama-cluster needs a sarama that is too old for the other client that uses it.
module dev.exposure/comparison/clients/sarama-cluster

go 1.26.0

require (
	dev.exposure/comparison v0.0.0
	github.com/Shopify/sarama v1.20.1
	github.com/bsm/sarama-cluster v2.1.15+incompatible
)

replace dev.exposure/comparison => ../..
