package report

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"html/template"
)

// packSize is how many cases share a pack. Neighbours are much alike, so that
// ten take up half of what they would alone; more than that gains little and
// makes the reader wait.
const packSize = 10

// packer packs the bodies of cases that passed: in a run of thousands that is
// nearly all of the page, and hardly anybody reads them. A case that needs
// attention is never packed: it stands in the page for everybody to read and
// search, with scripts or without.
type packer struct {
	tree   *template.Template
	bodies []string // of the pack that is being filled
	packs  []string // each a JSON array of bodies, gzipped, in base64 as URLs have it
}

// add packs the body of v, whose page shows no more of it then than where it is.
func (p *packer) add(v *caseView) error {
	var body bytes.Buffer
	if err := p.tree.ExecuteTemplate(&body, "body", v); err != nil {
		return err
	}
	v.Pack, v.Part = len(p.packs), len(p.bodies)
	p.bodies = append(p.bodies, body.String())
	v.Drawing, v.Messages, v.Pages, v.Decisions = nil, nil, nil, nil
	if len(p.bodies) < packSize {
		return nil
	}
	return p.seal()
}

// close seals the last pack and returns all of them.
func (p *packer) close() ([]string, error) {
	if len(p.bodies) == 0 {
		return p.packs, nil
	}
	err := p.seal()
	return p.packs, err
}

func (p *packer) seal() error {
	var packed bytes.Buffer
	gz := gzip.NewWriter(&packed)
	if err := json.NewEncoder(gz).Encode(p.bodies); err != nil {
		return err
	}
	if err := gz.Close(); err != nil {
		return err
	}
	p.packs = append(p.packs, base64.RawURLEncoding.EncodeToString(packed.Bytes()))
	p.bodies = nil
	return nil
}
