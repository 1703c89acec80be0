package scenario

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"strings"
)

// Topic is one thing worth testing, whether or not a scenario with its ID
// exists yet.
type Topic struct {
	ID      string `json:"id"`
	Part    string `json:"part"`    // A: faults of a SAML identity provider, B: of the legacy road, D: behaviour of a product
	Tier    int    `json:"tier"`    // 1 matters most; 0 where a product's document decides
	Meaning string `json:"meaning"` // what is sent, triggered or shown
}

// of returns the topic's name when it belongs to the family.
func (t Topic) of(family string) (name string, ours bool) {
	return strings.CutPrefix(t.ID, family+"/")
}

// Topics reads a catalogue, in its order.
func Topics(fsys fs.FS, file string) ([]Topic, error) {
	data, err := fs.ReadFile(fsys, file)
	if err != nil {
		return nil, fmt.Errorf("reading the catalogue: %w", err)
	}
	var topics []Topic
	if err := json.Unmarshal(data, &topics); err != nil {
		return nil, fmt.Errorf("reading the catalogue %s: %w", file, err)
	}
	return topics, nil
}

// Missing returns the topics for which there is no scenario.
func Missing(topics []Topic, scenarios []*Scenario) []Topic {
	there := map[string]bool{}
	for _, s := range scenarios {
		there[s.ID()] = true
	}
	var missing []Topic
	for _, t := range topics {
		if !there[t.ID] {
			missing = append(missing, t)
		}
	}
	return missing
}
