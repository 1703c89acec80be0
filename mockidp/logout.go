package mockidp

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/beevik/etree"
	"github.com/crewjam/saml"

	"github.com/ssoproof/ssoproof/mockidp/response"
)

// leaving is a LogoutRequest of a service provider.
type leaving struct {
	sp             *registration
	root           *etree.Element // what is believed
	here           string         // the URL that it came to
	id, relayState string
	nameID         response.NameID
	indexes        []string // the sessions that it is about, none for all
}

// serveLogout is the single logout service for browsers: a LogoutRequest of an
// SP, or its answer to one of ours (profiles 4.4).
func (p *IdP) serveLogout(w http.ResponseWriter, r *http.Request) {
	m, err := receive(w, r, requestField, responseField)
	if err != nil {
		p.refuse(w, Event{}, err)
		return
	}
	if m.field == responseField {
		p.continueLogout(w, r, m)
		return
	}
	in, err := p.judgeLogout(m, p.config.BaseURL+logoutServicePath)
	if err != nil {
		p.refuse(w, Event{Binding: m.binding, XML: m.xml}, err)
		return
	}
	p.record(Event{Kind: LogoutRequested, SP: in.sp.entityID(), Binding: m.binding, RelayState: m.relayState, XML: m.xml})
	status, left := p.end(in)
	p.depart(w, r, &departure{answer: in, status: status, left: left})
}

// judgeLogout believes a LogoutRequest or says why not, as a refusal: whoever
// could forge one could throw people out.
func (p *IdP) judgeLogout(m *message, here string) (*leaving, error) {
	root, err := parseDocument(m.xml, requestLimit)
	if err != nil {
		return nil, refuseXML(m.field, err)
	}
	return p.judgeLogoutElement(m, root, here)
}

func (p *IdP) judgeLogoutElement(m *message, root *etree.Element, here string) (*leaving, error) {
	if !is(root, protocolNS, "LogoutRequest") {
		return nil, refusef(http.StatusBadRequest, "The message is <%.100s>, not a LogoutRequest.", root.Tag)
	}
	sp, root, err := p.signedBy(m, root)
	if err != nil {
		return nil, err
	}
	in := &leaving{sp: sp, root: root, here: here, id: root.SelectAttrValue("ID", ""), relayState: m.relayState}
	for _, check := range []func(*IdP, *leaving) error{checkLogoutEnvelope, checkLogoutTimes, readLeaver} {
		if err := check(p, in); err != nil {
			return nil, err
		}
	}
	return in, nil
}

// signedBy finds the SP that a message names and insists on its signature.
func (p *IdP) signedBy(m *message, root *etree.Element) (*registration, *etree.Element, error) {
	sp, err := p.lookUp(issuerOf(root))
	if err != nil {
		return nil, nil, err
	}
	root, signed, err := verified(m, root, sp.signing)
	if err != nil {
		return nil, nil, err
	}
	if !signed {
		return nil, nil, refusef(http.StatusForbidden, "A %s must be signed with a key of the metadata of %s.", root.Tag, sp.Name)
	}
	return sp, root, nil
}

func checkLogoutEnvelope(_ *IdP, in *leaving) error {
	switch destination := in.root.SelectAttrValue("Destination", ""); {
	case in.root.SelectAttrValue("Version", "") != "2.0":
		return refusef(http.StatusBadRequest, "The LogoutRequest has Version %.20q, not 2.0.", in.root.SelectAttrValue("Version", ""))
	case !ncName.MatchString(in.id):
		return refusef(http.StatusBadRequest, "The LogoutRequest has no ID, or one that XML does not allow: %.100q.", in.id)
	case destination != in.here:
		return refusef(http.StatusBadRequest, "The LogoutRequest's Destination is %.200q, and this is %q.", destination, in.here)
	}
	return nil
}

func checkLogoutTimes(p *IdP, in *leaving) error {
	text := in.root.SelectAttrValue("IssueInstant", "")
	issued, err := time.Parse(time.RFC3339, text)
	if err != nil || p.now().Sub(issued).Abs() > p.config.RequestTolerance {
		return refusef(http.StatusBadRequest, "The LogoutRequest was issued at %.100q, and it is %s here.", text, p.now().UTC())
	}
	if text = in.root.SelectAttrValue("NotOnOrAfter", ""); text == "" {
		return nil
	}
	if until, err := time.Parse(time.RFC3339, text); err != nil || !p.now().Before(until) {
		return refusef(http.StatusForbidden, "The LogoutRequest was good until %.100q only (core 3.7.1).", text)
	}
	return nil
}

// readLeaver reads whom the request is about. Nobody can encrypt to this IdP,
// so an EncryptedID is refused.
func readLeaver(_ *IdP, in *leaving) error {
	ids := children(in.root, assertionNS, "NameID")
	if len(ids) != 1 || ids[0].Text() == "" {
		return refusef(http.StatusBadRequest, "The LogoutRequest must have one NameID.")
	}
	in.nameID = response.NameID{Value: ids[0].Text(), Format: ids[0].SelectAttrValue("Format", "")}
	for _, index := range children(in.root, protocolNS, "SessionIndex") {
		in.indexes = append(in.indexes, strings.TrimSpace(index.Text()))
	}
	return nil
}

// end ends the sessions that the request means and returns who else took part
// in them. A request about nobody who is signed in changes nothing.
func (p *IdP) end(in *leaving) (response.Status, []*errand) {
	over := p.participations.leave(func(one *participation) bool { return one.names(in.sp.entityID(), in.nameID, in.indexes) })
	if len(over) == 0 {
		return response.Status{Code: saml.StatusRequester, SubCode: saml.StatusUnknownPrincipal, Message: "no such session"}, nil
	}
	return response.Status{}, p.close(over, in.sp.entityID())
}

// close ends sessions and returns the errands to their participants but one.
func (p *IdP) close(over []*participation, but string) []*errand {
	var errands []*errand
	for _, one := range over {
		p.sessions.drop(func(s *saml.Session) bool { return s.Index == one.index })
		p.record(Event{Kind: SignedOut, Person: one.person})
		for _, other := range one.participants {
			if other.sp != but {
				errands = append(errands, &errand{participant: other, indexes: []string{one.index}})
			}
		}
	}
	return errands
}

// signOutEverywhere is the button of the launch page.
func (p *IdP) signOutEverywhere(w http.ResponseWriter, r *http.Request) {
	session := p.session(r)
	p.clearCookie(w)
	if session == nil {
		p.departed(w, r, &departure{})
		return
	}
	over := p.participations.leave(func(one *participation) bool { return one.index == session.Index })
	if len(over) == 0 {
		p.sessions.take(session.ID)
		p.record(Event{Kind: SignedOut, Person: session.UserName})
	}
	p.depart(w, r, &departure{left: p.close(over, "")})
}

// continueLogout takes an SP's LogoutResponse and goes on to the next SP.
func (p *IdP) continueLogout(w http.ResponseWriter, r *http.Request, m *message) {
	root, err := parseDocument(m.xml, requestLimit)
	if err != nil {
		p.refuse(w, Event{Binding: m.binding, XML: m.xml}, refuseXML(m.field, err))
		return
	}
	d, err := p.believeAnswer(m, root, p.config.BaseURL+logoutServicePath)
	if err != nil {
		p.refuse(w, Event{Binding: m.binding, XML: m.xml}, err)
		return
	}
	p.depart(w, r, d)
}

// believeAnswer finds the departure that a LogoutResponse belongs to and notes
// whether the SP has done what it was asked.
func (p *IdP) believeAnswer(m *message, root *etree.Element, here string) (*departure, error) {
	if !is(root, protocolNS, "LogoutResponse") {
		return nil, refusef(http.StatusBadRequest, "The message is <%.100s>, not a LogoutResponse.", root.Tag)
	}
	sp, root, err := p.signedBy(m, root)
	if err != nil {
		return nil, err
	}
	if destination := root.SelectAttrValue("Destination", ""); destination != here {
		return nil, refusef(http.StatusBadRequest, "The LogoutResponse's Destination is %.200q, and this is %q.", destination, here)
	}
	id := root.SelectAttrValue("InResponseTo", "")
	d, ok := p.departures.get(id)
	if !ok || d.asked != sp.entityID() {
		return nil, refusef(http.StatusForbidden, "The LogoutResponse answers %.100q, which was not asked of %s.", id, sp.Name)
	}
	if _, first := p.departures.take(id); !first {
		return nil, refusef(http.StatusForbidden, "The LogoutResponse to %.100q has come already.", id)
	}
	p.record(Event{Kind: LogoutAnswered, SP: sp.entityID(), Binding: m.binding, XML: m.xml})
	d.partial = d.partial || !succeeded(root)
	return d, nil
}

// succeeded tells whether a status response says Success, and not that only a
// part was done.
func succeeded(root *etree.Element) bool {
	var codes []string
	for _, status := range children(root, protocolNS, "Status") {
		for at := status; ; {
			next := children(at, protocolNS, "StatusCode")
			if len(next) != 1 {
				break
			}
			at = next[0]
			codes = append(codes, at.SelectAttrValue("Value", ""))
		}
	}
	return len(codes) > 0 && codes[0] == saml.StatusSuccess && !slices.Contains(codes, saml.StatusPartialLogout)
}
