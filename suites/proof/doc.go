// Package proof holds tests about what the mock identity provider sends: that
// every fault is really in the message, strikes where it says and nowhere
// else, and leaves good signatures; and that no two scenarios put the same
// before the same service provider. There is nothing in it but tests.
package proof
