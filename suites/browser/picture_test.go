package browser

import (
	"bytes"
	"image/color"
	"image/png"
	"sync"
	"testing"
)

func TestPictureShowsThePage(t *testing.T) {
	t.Parallel()
	s := newSites(t)
	s.page("/red", `<body style="background: #f00">`)
	s.page("/blue", `<body style="background: #00f">`)
	tab := newTab(t, newWorker(t, shared), Settings{})
	for _, page := range []struct {
		url  string
		want color.RGBA
	}{
		{s.sp + "/red", color.RGBA{R: 255, A: 255}},
		{s.idp + "/blue", color.RGBA{B: 255, A: 255}},
		{s.idp + "/red", color.RGBA{R: 255, A: 255}},
	} {
		if err := tab.Open(page.url); err != nil {
			t.Fatal(err)
		}
		shot, err := tab.Screenshot()
		if err != nil {
			t.Fatalf("%s: %v", page.url, err)
		}
		picture, err := png.Decode(bytes.NewReader(shot))
		if err != nil {
			t.Fatal(err)
		}
		if got := color.RGBAModel.Convert(picture.At(50, 50)); got != page.want {
			t.Errorf("the picture of %s is %v, want %v", page.url, got, page.want)
		}
	}
}

// Two pages that are drawn at once bring Chrome down unless they take turns.
func TestPicturesAtOnce(t *testing.T) {
	t.Parallel()
	s := newSites(t)
	s.page("/red", `<body style="background: #f00">`)
	chrome, err := Start(t.Context(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer chrome.Close()
	var both sync.WaitGroup
	for _, site := range []string{s.sp, s.idp} {
		tab := newTab(t, newWorker(t, chrome), Settings{})
		both.Go(func() {
			for range 30 {
				if err := tab.Open(site + "/red"); err != nil {
					t.Error(err)
					return
				}
				if _, err := tab.Screenshot(); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	both.Wait()
}
