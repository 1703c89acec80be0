package check

import "github.com/ssoproof/ssoproof/suites/trace"

func cookieSet(by trace.Party, names ...string) trace.Event {
	return trace.Event{Party: by, Kind: trace.KindExchange, Exchange: &trace.Exchange{From: trace.Browser, To: by, Cookies: names}}
}

func noted(note string) trace.Event {
	return trace.Event{Party: trace.SP, Kind: trace.KindDecision, Decision: &trace.Decision{Reason: "user-not-found"}, Note: note}
}

func relayed(relayState string) trace.Event {
	return trace.Event{Party: trace.SP, Kind: trace.KindDecision, Decision: &trace.Decision{Accepted: true, RelayState: relayState}}
}

func asked(relayState string) trace.Event {
	return trace.Event{Party: trace.SP, Kind: trace.KindRequestSent, Message: &trace.Message{Name: "AuthnRequest", RelayState: relayState}}
}
