package fault

import (
	"fmt"
	"slices"
	"strings"
)

// Catalogue returns every fault there is, in the order of the stages of a
// message's life. Names are unique.
func Catalogue() []Fault {
	return slices.Concat(
		timeFaults(), audienceFaults(), conditionFaults(), delegationFaults(),
		addressingFaults(), correlationFaults(), issuerFaults(), statusFaults(), statusDetailFaults(),
		subjectFaults(), nameIDFaults(),
		attributeFaults(), attributeValueFaults(), authnFaults(), authzFaults(),
		structureFaults(), envelopeFaults(), floodFaults(),
		signatureFaults(), algorithmFaults(), certificateFaults(), signedInfoFaults(), forgedDigestFaults(),
		encryptionFaults(), recipientFaults(), ciphertextFaults(),
		tamperingFaults(), wrappingFaults(), forgedFaults(), twoDocumentFaults(), rewritingFaults(),
		wireFaults(), doctypeFaults(),
		encodingFaults(), formFaults(),
		serviceFaults(),
		logoutFaults(), artifactFaults(), metadataFaults(),
	)
}

// Find returns the fault of that name.
func Find(name string) (Fault, bool) {
	for _, f := range Catalogue() {
		if f.Name == name {
			return f, true
		}
	}
	return Fault{}, false
}

// Example returns arguments that show the fault at work: the defaults and the
// examples of its parameters.
func (f Fault) Example() Args {
	args := Args{}
	for _, p := range f.Params {
		switch {
		case p.Example != "":
			args[p.Name] = p.Example
		case p.Default != "":
			args[p.Name] = p.Default
		}
	}
	return args
}

// Check fills in defaults and reports every argument that does not fit, like
// Args.Check. It also refuses a fault that would change nothing because none
// of its optional arguments is given: parameters with an example say which.
func (f Fault) Check(a Args) (Args, []error) {
	full, errs := a.Check(f.Params)
	var optional []Param
	exampled := false
	for _, p := range f.Params {
		if p.Default != "" || p.Required {
			continue
		}
		if a.Has(p.Name) {
			return full, errs
		}
		optional = append(optional, p)
		exampled = exampled || p.Example != ""
	}
	if exampled {
		errs = append(errs, fmt.Errorf("changes nothing without one of its arguments: %s", strings.Join(names(optional), ", ")))
	}
	return full, errs
}
