package fault

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/beevik/etree"
)

// The IDs of what is forged.
const (
	forgedID          = "_forged"
	forgedAssertionID = "_forged-assertion" // inside a forged Response
)

// forgedParams say whom a forgery is about.
func forgedParams() []Param {
	return []Param{
		{Name: "as", Kind: Person, Doc: "login of the forged person, one of the IdP's people: the forgery says of them what this IdP would say"},
		{Name: "value", Kind: String, Default: "mallory@example.com", Doc: "without a login, what replaces the text of the NameID wherever that text stands"},
	}
}

func orderParam() Param {
	return Param{Name: "order", Kind: Choice, Choices: []string{genuineFirst, forgedFirst},
		Doc: "which of forged and genuine comes first in the document; as the kind of forgery has it when absent"}
}

// forge copies a Response or an Assertion, unsigned and under other IDs, and
// lets the copy be about somebody else.
func (m *Message) forge(genuine *etree.Element, a Args) (*etree.Element, error) {
	forged := genuine.Copy()
	assertions := []*etree.Element{forged}
	if genuine == m.Response {
		assertions = forged.SelectElements("Assertion")
	}
	if len(assertions) == 0 {
		return nil, errors.New("the message has no readable Assertion to forge")
	}
	for _, el := range assertions {
		removeChild(el, "Signature")
		el.CreateAttr("ID", forgedAssertionID)
		if err := m.impersonate(el, a); err != nil {
			return nil, err
		}
	}
	removeChild(forged, "Signature")
	forged.CreateAttr("ID", forgedID)
	return forged, nil
}

// impersonate lets an Assertion be about somebody else.
func (m *Message) impersonate(assertion *etree.Element, a Args) error {
	id := assertion.FindElement("Subject/NameID")
	if id == nil {
		return fmt.Errorf("the message has no readable %s", nameID)
	}
	if !a.Has("as") {
		replaceTexts(assertion, id.Text(), a.String("value"))
		return nil
	}
	if m.Other == nil {
		return errors.New("nobody here knows other people")
	}
	other, err := m.Other(a.String("as"))
	if err != nil {
		return err
	}
	id.SetText(other.FindElement("Subject/NameID").Text())
	if own := assertion.SelectElement("AttributeStatement"); own != nil {
		if others := other.SelectElement("AttributeStatement"); others != nil {
			insertAfter(own, others)
		}
		own.Remove()
	}
	return nil
}

func replaceTexts(el *etree.Element, old, value string) {
	walk(el, func(el *etree.Element) {
		if old != "" && len(el.ChildElements()) == 0 && el.Text() == old {
			el.SetText(value)
		}
	})
}

// signedAssertion returns the Assertion that carries a signature of its own.
// The Response's Signature is taken off: nobody could keep it and put something
// beside the Assertion.
func (m *Message) signedAssertion() (*etree.Element, error) {
	el, err := m.element("Assertion")
	if err != nil {
		return nil, err
	}
	if el.SelectElement("Signature") == nil {
		return nil, errors.New("the Assertion has no signature of its own")
	}
	removeChild(m.Response, "Signature")
	return el, nil
}

// forgeBeside adds a forged Assertion before or after the signed one.
func (m *Message) forgeBeside(a Args) (genuine, forged *etree.Element, err error) {
	if genuine, err = m.signedAssertion(); err != nil {
		return nil, nil, err
	}
	if forged, err = m.forge(genuine, a); err != nil {
		return nil, nil, err
	}
	at := genuine.Index()
	if a.String("order") == genuineFirst {
		at++
	}
	genuine.Parent().InsertChildAt(at, forged)
	return genuine, forged, nil
}

func removeChild(el *etree.Element, tag string) {
	if child := el.SelectElement(tag); child != nil {
		el.RemoveChild(child)
	}
}

// rewrite has the serialised message edited, for what no tree can hold.
func (m *Message) rewrite(edit func([]byte) ([]byte, error)) { m.Rewrites = append(m.Rewrites, edit) }

// replacing is an edit that replaces the one place where old stands.
func replacing(old, with string) func([]byte) ([]byte, error) {
	return func(b []byte) ([]byte, error) {
		if n := bytes.Count(b, []byte(old)); n != 1 {
			return nil, fmt.Errorf("%q stands %d times in the message, not once", old, n)
		}
		return bytes.Replace(b, []byte(old), []byte(with), 1), nil
	}
}

// serialised writes an element as the message is written.
func serialised(el *etree.Element) []byte {
	var b bytes.Buffer
	el.WriteTo(&b, &etree.WriteSettings{CanonicalText: true, CanonicalAttrVal: true, CanonicalEndTags: true})
	return b.Bytes()
}
