package fault

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/beevik/etree"
)

// Instant writes a time the way SAML wants it (core 1.3.3): UTC with a Z, and
// milliseconds only when there are any.
func Instant(t time.Time) string {
	t = t.UTC().Truncate(time.Millisecond)
	if t.Nanosecond() != 0 {
		return t.Format("2006-01-02T15:04:05.000Z")
	}
	return t.Format("2006-01-02T15:04:05Z")
}

// Paths of the elements that faults are about, below the Response and the
// Assertion. They hold local names: prefixes are the message's own affair.
const (
	conditions       = "Assertion/Conditions"
	restriction      = "Assertion/Conditions/AudienceRestriction"
	subject          = "Assertion/Subject"
	nameID           = "Assertion/Subject/NameID"
	confirmation     = "Assertion/Subject/SubjectConfirmation"
	confirmationData = "Assertion/Subject/SubjectConfirmation/SubjectConfirmationData"
	authnStatement   = "Assertion/AuthnStatement"
	authnContext     = "Assertion/AuthnStatement/AuthnContext"
	attributes       = "Assertion/AttributeStatement"
)

// element finds the first element at a path such as Assertion/Subject or
// Response/Status. A fault on something that the message does not have is an
// error: sent as it is, the message would prove nothing.
func (m *Message) element(path string) (*etree.Element, error) {
	steps := strings.Split(path, "/")
	at := m.Response
	if steps[0] == "Assertion" {
		at = m.Assertion
	}
	for _, step := range steps[1:] {
		if at == nil {
			break
		}
		at = at.SelectElement(step)
	}
	if at == nil {
		return nil, fmt.Errorf("the message has no readable %s", path)
	}
	return at, nil
}

// targets returns the elements that the argument "target" names.
func (m *Message) targets(a Args) ([]*etree.Element, error) {
	var out []*etree.Element
	for _, t := range []Target{Response, Assertion} {
		if !aims(a, t) {
			continue
		}
		if t == Response {
			out = append(out, m.Response)
			continue
		}
		el, err := m.element("Assertion")
		if err != nil {
			return nil, err
		}
		out = append(out, el)
	}
	return out, nil
}

// aims reports whether the argument "target" covers t.
func aims(a Args, t Target) bool {
	target := a.String("target")
	return target == "" || target == both || target == string(t)
}

const both = "both"

// targetParam is the parameter "target" with its default.
func targetParam(preset string) Param {
	return Param{Name: "target", Kind: Choice, Default: preset,
		Choices: []string{string(Response), string(Assertion), both},
		Doc:     "which of the two elements is meant"}
}

// removing is a hook that takes the element at path out.
func removing(path string) func(*Message, Args) error {
	return func(m *Message, _ Args) error {
		el, err := m.element(path)
		if err != nil {
			return err
		}
		el.Remove()
		return nil
	}
}

// emptying is a hook that takes everything out of the element at path.
func emptying(path string) func(*Message, Args) error {
	return func(m *Message, _ Args) error {
		el, err := m.element(path)
		if err != nil {
			return err
		}
		el.Child, el.Attr = nil, nil
		return nil
	}
}

// doubling is a hook that repeats the element at path right after it.
func doubling(path string) func(*Message, Args) error {
	return func(m *Message, _ Args) error {
		el, err := m.element(path)
		if err != nil {
			return err
		}
		insertAfter(el, el.Copy())
		return nil
	}
}

// strippingAttr is a hook that takes an attribute off every target.
func strippingAttr(name string) func(*Message, Args) error {
	return func(m *Message, a Args) error {
		targets, err := m.targets(a)
		if err != nil {
			return err
		}
		for _, el := range targets {
			el.RemoveAttr(name)
		}
		return nil
	}
}

func insertAfter(el, added *etree.Element) {
	el.Parent().InsertChildAt(el.Index()+1, added)
}

// sibling makes an element with the prefix that el has.
func sibling(el *etree.Element, tag string) *etree.Element {
	return &etree.Element{Space: el.Space, Tag: tag}
}

// walk calls visit for el and everything below it.
func walk(el *etree.Element, visit func(*etree.Element)) {
	visit(el)
	for _, child := range slices.Clone(el.ChildElements()) {
		walk(child, visit)
	}
}
