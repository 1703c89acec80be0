package response

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"slices"

	"github.com/ssoproof/ssoproof/mockidp/fault"
)

// ErrNoEffect says that a fault has left the message as it would have been: it
// would be sent for a defective one, and prove nothing.
var ErrNoEffect = errors.New("changes nothing in this message")

// struck notes that a fault, by its place in the spec, has changed something.
func (d *draft) struck(fault int, changed bool) {
	if d.effective == nil {
		d.effective = make([]bool, len(d.spec.Faults))
	}
	d.effective[fault] = d.effective[fault] || changed
}

// allStruck is an error unless every fault has changed something.
func (d *draft) allStruck() error {
	for i, f := range d.spec.Faults {
		if f.Fault.Service == nil && (d.effective == nil || !d.effective[i]) {
			return inFault(f, ErrNoEffect)
		}
	}
	return nil
}

// edit runs the faults that edit the tree at one stage.
func (d *draft) edit(hook func(fault.Fault) func(*fault.Message, fault.Args) error) error {
	for i, f := range d.spec.Faults {
		run := hook(f.Fault)
		if run == nil {
			continue
		}
		before, rewrites := serialise(d.message.Response), len(d.message.Rewrites)
		if err := run(d.message, f.Args); err != nil {
			return inFault(f, err)
		}
		d.struck(i, len(d.message.Rewrites) > rewrites || !bytes.Equal(before, serialise(d.message.Response)))
	}
	return nil
}

// editSigning runs the faults that change how a target is signed. What a fault
// does to a signature that nobody makes is nothing.
func (d *draft) editSigning(s *fault.Signing) error {
	for i, f := range d.spec.Faults {
		if f.Fault.Signature == nil {
			continue
		}
		before := *s
		before.Transforms, before.Certificates = slices.Clone(s.Transforms), slices.Clone(s.Certificates)
		if err := f.Fault.Signature(s, f.Args); err != nil {
			return inFault(f, err)
		}
		d.struck(i, (before.Sign || s.Sign) && d.has(s.Target) && !alike(before, *s))
	}
	return nil
}

// has tells whether the message has an element to sign.
func (d *draft) has(target fault.Target) bool {
	return target == fault.Response || d.message.Response.SelectElement("Assertion") != nil
}

// editEncryption runs the faults that change what is encrypted, and how.
func (d *draft) editEncryption(e *fault.Encryption) error {
	for i, f := range d.spec.Faults {
		if f.Fault.Encrypt == nil {
			continue
		}
		before := *e
		if err := f.Fault.Encrypt(e, f.Args); err != nil {
			return inFault(f, err)
		}
		d.struck(i, (encrypts(before) || encrypts(*e)) && !alike(before, *e))
	}
	return nil
}

// alike tells whether two structs of a kind have the same fields. Functions,
// which DeepEqual holds for different from themselves, are the same where their
// code is: two faults that set one have not the same.
func alike(before, after any) bool {
	x, y := reflect.ValueOf(before), reflect.ValueOf(after)
	for i := range x.NumField() {
		was, is := x.Field(i), y.Field(i)
		same := reflect.DeepEqual(was.Interface(), is.Interface())
		if was.Kind() == reflect.Func {
			same = was.Pointer() == is.Pointer()
		}
		if !same {
			return false
		}
	}
	return true
}

func encrypts(e fault.Encryption) bool { return e.Part != fault.Nothing || e.NameID || e.Attributes }

// editBytes runs the faults that edit the serialised message.
func (d *draft) editBytes(xml []byte) ([]byte, error) {
	for i, f := range d.spec.Faults {
		if f.Fault.Wire == nil {
			continue
		}
		after, err := f.Fault.Wire(xml, f.Args)
		if err != nil {
			return nil, inFault(f, err)
		}
		d.struck(i, !bytes.Equal(xml, after))
		xml = after
	}
	return xml, nil
}

// editForm runs the faults that edit how the message travels.
func (d *draft) editForm(form *fault.Delivery) error {
	for i, f := range d.spec.Faults {
		if f.Fault.Delivery == nil {
			continue
		}
		before := rendered(*form)
		if err := f.Fault.Delivery(form, f.Args); err != nil {
			return inFault(f, err)
		}
		d.struck(i, before != rendered(*form))
	}
	return nil
}

// rendered is all that a Delivery comes to.
func rendered(form fault.Delivery) string {
	return fmt.Sprintf("%q %q %q %t %q %s", form.Method, form.URL, form.Enctype, form.Redirect, form.Fields, query(form))
}
