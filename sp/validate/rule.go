package validate

import (
	"slices"

	"github.com/ssoproof/ssoproof/sp/reason"
	"github.com/ssoproof/ssoproof/sp/validate/internal/xmltree"
)

// Level is how much a rule weighs.
type Level string

// Must rules refuse; should rules only say so, unless Policy.Enforced names them.
const (
	Must   Level = "must"
	Should Level = "should"
)

// Rule is one thing that must hold of a message. A rule that cannot be
// evaluated, because what it speaks of is missing, finds nothing: that the
// thing is missing is another rule's finding.
type Rule struct {
	ID     string // kebab-case, stable: reports, profiles and scenarios name it
	Title  string // what must hold, in words
	Ref    string // the clause that says so
	Level  Level
	Reason reason.Reason
	Last   bool // asked only when nothing else refuses: it leaves a trace in the SP's memory
	Check  func(*Message, *Policy) []Finding
}

// Rules returns every rule, in the order in which they are run; among reasons
// that a policy's precedence does not mention, the earlier rule's wins.
func Rules() []Rule {
	return slices.Concat(
		documentRules(), wrappingRules(), structureRules(), statusRules(),
		encryptionRules(), signatureRules(), trustRules(),
		addressingRules(), issuerRules(), timeRules(), conditionRules(), audienceRules(),
		subjectRules(), confirmationRules(), nameIDRules(),
		attributeRules(), authnRules(), authzRules(), replayRules(),
	)
}

// found is the usual result of a rule that is broken in one place.
func found(where *xmltree.Element, got, want, remedy string) []Finding {
	return []Finding{{element: where, Got: got, Want: want, Remedy: remedy}}
}

// foundAttr is found for what stands, or does not stand, in an attribute.
func foundAttr(where *xmltree.Element, name, got, want, remedy string) []Finding {
	return []Finding{{element: where, attr: name, Got: got, Want: want, Remedy: remedy}}
}

// located spells where the finding is. That costs time in a document made to
// hurt, so it is done only for the findings that are kept.
func (f Finding) located() Finding {
	if f.element != nil {
		f.Where = f.element.Path()
	}
	if f.attr != "" {
		f.Where += "/@" + f.attr
	}
	f.element, f.attr = nil, ""
	return f
}
