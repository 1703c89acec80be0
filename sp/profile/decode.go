package profile

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Decode lays node over the value that into points to and returns every
// mistake in it as a Problem: keys that do not exist, values of the wrong kind,
// words that a setting does not take, which are those of its struct tag words.
// A nil or zero node lays nothing.
func Decode(node *yaml.Node, into any, file string) []error {
	if node == nil || node.IsZero() || node.Tag == "!!null" {
		return nil
	}
	errs := strict(node, reflect.TypeOf(into).Elem(), "", file)
	var wrong *yaml.TypeError
	if err := node.Decode(into); errors.As(err, &wrong) {
		for _, text := range wrong.Errors {
			errs = append(errs, problem(text, file))
		}
	} else if err != nil {
		errs = append(errs, problem(strings.TrimPrefix(err.Error(), "yaml: "), file))
	}
	return errs
}

// problem makes a Problem of the decoder's "line N: text", on one line also
// where the text quotes a value of several.
func problem(text, file string) Problem {
	text = strings.Join(strings.Fields(text), " ")
	p := Problem{File: file, Text: text}
	if rest, ok := strings.CutPrefix(text, "line "); ok {
		if number, rest, ok := strings.Cut(rest, ": "); ok {
			if line, err := strconv.Atoi(number); err == nil {
				p.Line, p.Text = line, rest
			}
		}
	}
	return p
}

// strict reports the keys of node that t has no field for, and the scalars
// that are not among words. The library's own KnownFields does neither for a
// node nor with a hint.
func strict(node *yaml.Node, t reflect.Type, words, file string) []error {
	if node.Kind == yaml.AliasNode {
		node = node.Alias
	}
	if t == reflect.TypeFor[yaml.Node]() {
		return nil
	}
	switch {
	case t.Kind() == reflect.Struct && node.Kind == yaml.MappingNode:
		return strictStruct(node, t, file)
	case t.Kind() == reflect.Map && node.Kind == yaml.MappingNode:
		var errs []error
		for i := 1; i < len(node.Content); i += 2 {
			errs = append(errs, strict(node.Content[i], t.Elem(), words, file)...)
		}
		return errs
	case t.Kind() == reflect.Slice && node.Kind == yaml.SequenceNode:
		var errs []error
		for _, item := range node.Content {
			errs = append(errs, strict(item, t.Elem(), words, file)...)
		}
		return errs
	case words != "" && node.Kind == yaml.ScalarNode && node.Value != "":
		if known := strings.Fields(words); !slices.Contains(known, node.Value) {
			text := fmt.Sprintf("%q is none of: %s", node.Value, strings.Join(known, ", "))
			return []error{Problem{file, node.Line, text, nearest(node.Value, known)}}
		}
	}
	return nil
}

func strictStruct(node *yaml.Node, t reflect.Type, file string) []error {
	fields, keys := map[string]reflect.StructField{}, []string{}
	for f := range t.Fields() {
		if key := f.Tag.Get("yaml"); key != "" && key != "-" {
			fields[key] = f
			keys = append(keys, key)
		}
	}
	var errs []error
	for i := 0; i+1 < len(node.Content); i += 2 {
		key, value := node.Content[i], node.Content[i+1]
		f, ok := fields[key.Value]
		if !ok {
			errs = append(errs, Problem{file, key.Line, fmt.Sprintf("no key %q here", key.Value), nearest(key.Value, keys)})
			continue
		}
		errs = append(errs, strict(value, f.Type, f.Tag.Get("words"), file)...)
	}
	return errs
}
