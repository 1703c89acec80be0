package fault

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/beevik/etree"
)

// twoDocumentFaults let two parsers read two documents in one message: one with
// the genuine Assertion and its good signature, the other with a forged one.
func twoDocumentFaults() []Fault {
	return []Fault{
		{Name: "second-root", Summary: "the document has two roots: the genuine Response and a forged one",
			Refs:     []string{"CVE-2022-39299", "CVE-2022-39353"},
			Params:   append([]Param{orderParam()}, forgedParams()...),
			Document: addSecondRoot},
		{Name: "doctype-forged", Summary: "a document type declaration decides whether a parser meets the genuine message or a forged one",
			Refs: []string{"CVE-2025-25291", "CVE-2025-25292", "CVE-2025-23369"},
			Params: append([]Param{
				{Name: "by", Kind: Choice, Default: "quotes", Choices: []string{"quotes", "default-namespace", "entity-in-id"},
					Doc: "a parser without an eye for quotes ends the declaration early and reads another Response; one that knows defaults finds " +
						"the namespace of a forged Assertion there; one that expands entities finds the signed ID on a forged Assertion"},
				orderParam()}, forgedParams()...),
			Document: forgeByDoctype},
		{Name: "round-trip-forged", Summary: "a forged Assertion appears once Go's encoding/xml, before 1.16, has read and written the message",
			Refs: []string{"CVE-2020-29509", "CVE-2020-29510", "CVE-2020-29511", "CVE-2020-27846"},
			Params: append([]Param{
				{Name: "by", Kind: Choice, Default: "element", Choices: []string{"attribute", "element", "directive"},
					Doc: "what changes on the way: a namespace declaration or the name of the Assertion begins with a colon that is lost, " +
						"or a comment is lost whose place in a directive kept the genuine Assertion readable; order is not for a directive"},
				orderParam()}, forgedParams()...),
			Document: forgeByRoundTrip},
	}
}

func addSecondRoot(m *Message, a Args) error {
	forged, err := m.forge(m.Response, a)
	if err != nil {
		return err
	}
	m.rewrite(func(b []byte) ([]byte, error) {
		return inOrder(a, withoutDeclaration(b), serialised(forged)), nil
	})
	return nil
}

// inOrder joins the two, the genuine one first unless told otherwise.
func inOrder(a Args, genuine, forged []byte) []byte {
	if a.String("order") == forgedFirst {
		genuine, forged = forged, genuine
	}
	return bytes.Join([][]byte{genuine, forged}, nil)
}

func forgeByDoctype(m *Message, a Args) error {
	if a.String("by") == "quotes" {
		return hideFromQuotes(m, a)
	}
	genuine, forged, err := m.forgeBeside(a)
	if err != nil {
		return err
	}
	subset := `<!ATTLIST Assertion xmlns CDATA #FIXED "` + assertionNamespace + `">`
	if a.String("by") == "entity-in-id" {
		subset = `<!ENTITY i "` + genuine.SelectAttrValue("ID", "") + `">`
		m.rewrite(replacing(` ID="`+forgedID+`"`, ` ID="&i;"`))
	} else {
		walk(forged, func(el *etree.Element) { el.Space = "" })
	}
	m.rewrite(func(b []byte) ([]byte, error) { return declared(b, "<!DOCTYPE Response ["+subset+"]>"), nil })
	return nil
}

// hideFromQuotes writes two Responses. A parser that follows the standard reads
// the first and takes the second for part of a processing instruction. One that
// does not mind quotes ends the declaration in the middle of the entity, takes
// the first for part of a comment, and reads the second.
func hideFromQuotes(m *Message, a Args) error {
	forged, err := m.forge(m.Response, a)
	if err != nil {
		return err
	}
	m.rewrite(func(b []byte) ([]byte, error) {
		first, second := withoutDeclaration(b), serialised(forged)
		if a.String("order") == forgedFirst {
			first, second = second, first
		}
		if bytes.Contains(first, []byte("--")) || bytes.Contains(second, []byte("?>")) {
			return nil, errors.New("a comment or an instruction of the message itself would end what hides it")
		}
		return fmt.Appendf(nil, `<!DOCTYPE Response [<!ENTITY e ']><!--'>]>%s<?x -->%s<?x ?>`, first, second), nil
	})
	return nil
}

func forgeByRoundTrip(m *Message, a Args) error {
	genuine, forged, err := m.forgeBeside(a)
	if err != nil {
		return err
	}
	switch a.String("by") {
	case "element":
		forged.Space, forged.Tag = "", ":"+forged.FullTag()
	case "attribute":
		forged.Space = "f"
		forged.Attr = append(forged.Attr, etree.Attr{Key: ":xmlns:f", Value: assertionNamespace})
		around := etree.NewElement("Around")
		around.CreateAttr("xmlns", "urn:example:around")
		around.CreateAttr("xmlns:f", "urn:example:other")
		insertAfter(forged, around)
		around.AddChild(forged)
	case "directive":
		hideInDirective(genuine, forged)
	}
	return nil
}

// hideInDirective puts the forged Assertion into a CDATA section, and before the
// genuine one a directive in which a comment stands between < and !--. Written
// without that comment, the two begin a comment themselves: it ends after the
// genuine Assertion, and the directive ends in what is no CDATA section then.
func hideInDirective(genuine, forged *etree.Element) {
	parent := genuine.Parent()
	forged.Remove()
	parent.InsertChildAt(genuine.Index(), etree.NewDirective("X <<!-- -->!-- >"))
	at := genuine.Index() + 1
	parent.InsertChildAt(at, etree.NewComment(" "))
	parent.InsertChildAt(at+1, etree.NewCData(">>"+string(serialised(forged))+"<?x "))
	parent.InsertChildAt(at+2, etree.NewProcInst("x", ""))
}
