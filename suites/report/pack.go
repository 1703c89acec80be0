package report

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"html/template"
	"slices"
	"strings"
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
	tree  *template.Template
	views []caseView
}

// add takes v into a pack; its page shows no more of it then than where it is.
func (p *packer) add(v *caseView) {
	v.Pack, v.Part = len(p.views)/packSize, len(p.views)%packSize
	p.views = append(p.views, *v)
	v.Drawing, v.Messages, v.Pages, v.Decisions = nil, nil, nil, nil
}

// packs returns each pack: a JSON array of bodies, gzipped, in base64 as URLs
// have it.
func (p *packer) packs() ([]string, error) {
	whole := slices.Collect(slices.Chunk(p.views, packSize))
	packs := make([]string, len(whole))
	err := atOnce(len(packs), func(i int) (err error) {
		packs[i], err = p.pack(whole[i])
		return err
	})
	return packs, err
}

func (p *packer) pack(views []caseView) (string, error) {
	bodies := make([]string, len(views))
	for i := range views {
		var body strings.Builder
		if err := p.tree.ExecuteTemplate(&body, "body", &views[i]); err != nil {
			return "", err
		}
		bodies[i] = body.String()
	}
	whole, err := encoded(bodies)
	if err != nil {
		return "", err
	}
	var packed bytes.Buffer
	gz := gzip.NewWriter(&packed)
	if _, err := gz.Write(whole); err != nil {
		return "", err
	}
	if err := gz.Close(); err != nil {
		return "", err
	}
	return base64.RawURLEncoding.EncodeToString(packed.Bytes()), nil
}
