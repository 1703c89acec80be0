package lab

import (
	"maps"
	"slices"
	"strings"

	"github.com/ssoproof/ssoproof/mockidp"
	"github.com/ssoproof/ssoproof/mockidp/fault"
	"github.com/ssoproof/ssoproof/mockidp/origin"
	"github.com/ssoproof/ssoproof/sp"
	"github.com/ssoproof/ssoproof/sp/validate"
	"github.com/ssoproof/ssoproof/suites/trace"
)

// fromIdP enters what the identity provider says into the trace.
func (l *Lab) fromIdP(e mockidp.Event) {
	event := trace.Event{At: e.At, Party: trace.IdP, Kind: trace.Kind(e.Kind), Note: strings.TrimSpace(e.Person + " " + e.Note)}
	switch e.Kind {
	case mockidp.ResponseSent:
		event.Message = &trace.Message{
			Name: "Response", From: trace.IdP, To: l.addressee(e.SP), Binding: binding(e.Binding), RelayState: e.RelayState,
			XML: string(e.XML), Signed: signed(e.XML), Faults: e.Faults, Form: form(e.Form),
		}
	case mockidp.LogoutRequestSent, mockidp.LogoutResponseSent, mockidp.ArtifactSent, mockidp.ArtifactResponseSent:
		event.Message = &trace.Message{
			Name: logoutMessage(e.Kind), From: trace.IdP, To: l.addressee(e.SP), Binding: binding(e.Binding), RelayState: e.RelayState,
			XML: string(e.XML), Signed: signed(e.XML) || strings.Contains(e.Note, "signed"), Faults: e.Faults, Form: form(e.Form),
		}
	case mockidp.MetadataSent:
		event.Message = metadataMessage(e)
	case mockidp.RequestReceived:
		event.Note = "AuthnRequest from " + e.SP
	}
	l.record(event)
	if e.Kind == mockidp.ResponseSent {
		l.answers.keep(e)
		if l.intercepts.Load() {
			l.CloseDoor(trace.SP)
			l.CloseDoor(trace.Neighbour)
		}
		l.onSent.run()
	}
}

// fromSP enters what the service provider says into the trace.
func (l *Lab) fromSP(e sp.Event) {
	event := trace.Event{At: e.At, Party: l.tenant(e.Tenant), Kind: trace.Kind(e.Kind), Note: e.Note}
	switch event.Kind {
	case trace.KindRequestSent:
		event.Message = &trace.Message{
			Name: "AuthnRequest", From: event.Party, To: trace.IdP, Binding: binding(e.Binding), RelayState: e.RelayState,
			XML: string(e.XML), Signed: signed(e.XML) || strings.Contains(e.Note, "signed"),
		}
	case "logout-request-sent", "logout-response-sent", "artifact-resolve-sent":
		event.Message = &trace.Message{
			Name: ownMessages[event.Kind], From: event.Party, To: trace.IdP, Binding: binding(e.Binding), RelayState: e.RelayState,
			XML: string(e.XML), Signed: true,
		}
	case trace.KindDecision, trace.KindRefused, trace.KindLogoutDecision, trace.KindMetadata:
		event.Decision = decision(e)
	case trace.KindSessionStarted, trace.KindSessionEnded, trace.KindAccountCreated:
		event.Session = &trace.Session{Started: event.Kind == trace.KindSessionStarted, Account: e.Account, Login: e.Login}
	}
	l.record(event)
	l.keepJudged(e)
	if e.Kind == "settings-changed" {
		l.renewRegistration(event.Party)
	}
}

// fromOrigin enters what the Originating System says into the trace.
func (l *Lab) fromOrigin(e origin.Event) {
	note := strings.Join(slices.DeleteFunc([]string{e.Person, e.Target, e.Answer, e.Note}, func(s string) bool { return s == "" }), ", ")
	if e.Reason != "" {
		note = strings.TrimSuffix("reason "+e.Reason+" "+e.Code, " ") + ": " + note
	}
	kind := trace.Kind(e.Kind)
	if kind == trace.KindServiceCalled {
		kind = "service-answered" // that the SP called is the SP's to say
	}
	if e.Key != "" {
		note += ", key " + e.Key
	}
	l.record(trace.Event{At: e.At, Party: trace.Origin, Kind: kind, Note: note})
	switch e.Kind {
	case "jump":
		l.onJump.run()
	case "sent-to-portal":
		l.onHandedOver.run()
	}
}

func binding(name string) string {
	return strings.ToLower(strings.TrimPrefix(name, "HTTP-"))
}

func signed(xml []byte) bool { return strings.Contains(string(xml), "SignatureValue>") }

func form(fields []fault.Field) []trace.Fact {
	var facts []trace.Fact
	for _, f := range fields {
		facts = append(facts, trace.Fact{Name: f.Name, Value: f.Value})
	}
	return facts
}

// decision joins what the validator found with what the SP made of it.
func decision(e sp.Event) *trace.Decision {
	d := &trace.Decision{Accepted: e.Reason == "", Reason: string(e.Reason), RelayState: e.RelayState}
	if e.Decision == nil {
		return d
	}
	for _, f := range e.Decision.Findings {
		d.Findings = append(d.Findings, trace.Finding{
			Rule: f.Rule, Ref: f.Ref, Reason: string(f.Reason), Got: f.Got, Want: f.Want, Where: f.Where, Remedy: f.Remedy, Tolerated: f.Tolerated,
		})
	}
	for _, f := range e.Decision.Facts.List() {
		d.Facts = append(d.Facts, trace.Fact{Name: f.Name, Value: f.Value})
	}
	d.Identity = identity(e.Decision.Identity)
	return d
}

func identity(i validate.Identity) map[string][]string {
	values := maps.Clone(i.Attributes)
	if values == nil {
		values = map[string][]string{}
	}
	for name, value := range map[string]string{
		"name-id": i.NameID, "name-id-format": i.NameIDFormat, "issuer": i.Issuer, "session-index": i.SessionIndex,
	} {
		if value != "" {
			values[name] = []string{value}
		}
	}
	return values
}
