package lab

import (
	"fmt"
	"io"
	"net/http"

	"github.com/ssoproof/ssoproof/suites/trace"
)

// maxMetadata is how much of the product's metadata is read, in bytes.
const maxMetadata = 1 << 20

// ReadMetadata fetches the product's metadata as an identity provider would,
// because a browser saves it to a file, and records it as a page.
func (l *Lab) ReadMetadata() error {
	url := l.URLs[trace.SP] + l.Settings.Paths.Metadata
	res, err := client(trace.Lab).Get(url)
	if err != nil {
		return fmt.Errorf("fetching the product's metadata: %w", err)
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(io.LimitReader(res.Body, maxMetadata))
	if err != nil {
		return fmt.Errorf("reading the product's metadata: %w", err)
	}
	l.record(trace.Event{At: l.Clocks[trace.SP].Now(), Party: trace.Lab, Kind: trace.KindPage, Page: &trace.Page{
		Label: trace.Metadata, Name: "metadata", URL: url, Status: res.StatusCode, Title: http.StatusText(res.StatusCode), Text: string(raw),
	}})
	return nil
}
