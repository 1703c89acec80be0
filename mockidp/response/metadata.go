package response

import (
	"github.com/beevik/etree"

	"github.com/ssoproof/ssoproof/mockidp/fault"
)

// BuildMetadata makes a metadata document of its root, with the faults that are
// for one. Of the Spec it takes the time, the keys and the faults; with signed
// the root gets an ID and a Signature as its first child (metadata 3.1).
func BuildMetadata(spec Spec, root *etree.Element, signed bool) ([]byte, error) {
	spec, err := spec.withDefaults()
	if err != nil {
		return nil, err
	}
	if spec.Faults, err = checkedFaults(spec.Faults); err != nil {
		return nil, err
	}
	spec.Shape.XMLDeclaration = true
	d := &draft{spec: spec, message: &fault.Message{Response: root, Now: spec.Now}}
	if spec.Foreign.Certificate != nil {
		d.message.Foreign = spec.Foreign.Certificate.Raw
	}
	stages := []func() error{d.editAssertion, d.editDocument}
	if signed {
		root.CreateAttr("ID", spec.ID)
		stages = []func() error{d.editAssertion, d.signResponse, d.editDocument}
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
	return xml, d.allStruck()
}
