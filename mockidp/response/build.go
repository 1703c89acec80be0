package response

import (
	"bytes"
	"fmt"

	"github.com/beevik/etree"

	"github.com/ssoproof/ssoproof/mockidp/fault"
)

// draft is a message on its way through the stages.
type draft struct {
	spec       Spec
	message    *fault.Message
	encryption *fault.Encryption // nil when the SP has no key and nothing asks for one
	effective  []bool            // of the faults, whether they have changed something; nil when none has
}

// Build makes the message that spec describes. The stages run in this order,
// each with its faults: the tree is made; NameID and attributes are encrypted; every
// assertion is signed, then encrypted; the Response is signed; the document
// is serialised and put into the form. A fault of the Service stage is not
// for Build. An error means that the message could not be made as described; a
// fault that changes nothing in it is one.
func Build(spec Spec) (*Built, error) {
	spec, err := spec.withDefaults()
	if err != nil {
		return nil, err
	}
	if spec.Faults, err = checkedFaults(spec.Faults); err != nil {
		return nil, err
	}
	if errs := spec.Shape.Check(); len(errs) > 0 {
		return nil, fmt.Errorf("reading the shape: %w", errs[0])
	}
	d := &draft{spec: spec, message: newMessage(spec)}
	d.message.Digest, d.message.Other, d.message.Metadata = d.digest, d.other, spec.Metadata
	stages := []func() error{
		d.editAssertion, d.planEncryption, d.encryptParts, d.signAssertions, d.encryptAssertions, d.signResponse, d.editDocument,
	}
	for _, stage := range stages {
		if err := stage(); err != nil {
			return nil, err
		}
	}
	xml, err := d.wire()
	if err != nil {
		return nil, err
	}
	form, err := d.form(xml)
	if err != nil {
		return nil, err
	}
	return &Built{XML: xml, Form: form}, d.allStruck()
}

// checkedFaults fills in the defaults of every fault's arguments.
func checkedFaults(armed []fault.Armed) ([]fault.Armed, error) {
	out := make([]fault.Armed, len(armed))
	for i, f := range armed {
		args, errs := f.Fault.Check(f.Args)
		if len(errs) > 0 {
			return nil, inFault(f, errs[0])
		}
		out[i] = fault.Armed{Fault: f.Fault, Args: args}
	}
	return out, nil
}

func inFault(f fault.Armed, err error) error {
	return fmt.Errorf("applying fault %s: %w", f.Fault.Name, err)
}

func (d *draft) editAssertion() error {
	return d.edit(func(f fault.Fault) func(*fault.Message, fault.Args) error { return f.Assertion })
}

func (d *draft) editDocument() error {
	return d.edit(func(f fault.Fault) func(*fault.Message, fault.Args) error { return f.Document })
}

// wire serialises the document and lets faults edit the bytes.
func (d *draft) wire() ([]byte, error) {
	xml := serialise(d.message.Response)
	if d.spec.Shape.XMLDeclaration {
		xml = append([]byte(`<?xml version="1.0" encoding="UTF-8"?>`+"\n"), xml...)
	}
	for _, rewrite := range d.message.Rewrites {
		var err error
		if xml, err = rewrite(xml); err != nil {
			return nil, err
		}
	}
	return d.editBytes(xml)
}

// serialise writes an element the canonical way: etree's default leaves a
// carriage return raw, which the reader's XML parser turns into a line feed,
// and the signature is lost.
func serialise(el *etree.Element) []byte {
	var b bytes.Buffer
	el.WriteTo(&b, &etree.WriteSettings{CanonicalText: true, CanonicalAttrVal: true, CanonicalEndTags: true})
	return b.Bytes()
}
