"""The record for people who look rather than read: pages made on the server, with everything they need beside them."""
