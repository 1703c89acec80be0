package browser

import "testing"

func TestFetchBringsTheSessionAndLeavesThePage(t *testing.T) {
	t.Parallel()
	s := newSites(t)
	tab := newTab(t, newWorker(t, shared), Settings{})
	if err := tab.Open(s.sp + "/empty"); err != nil {
		t.Fatal(err)
	}
	if page, err := tab.Fetch(s.sp + "/app"); err != nil || page.Err != "redirected" || page.Name != "" {
		t.Errorf("without a session: %+v, %v", page, err)
	}
	if err := s.play(tab); err != nil {
		t.Fatal(err)
	}
	page, err := tab.Fetch(s.sp + "/app")
	if err != nil || page.Status != 200 || page.Name != "app" || page.Title != "App" || page.URL != s.sp+"/app" {
		t.Errorf("with a session: %+v, %v", page, err)
	}
	if _, err := tab.Fetch(s.idp + "/sso"); err == nil {
		t.Error("another origin can be read")
	}
	if now, err := settled(tab); err != nil || now.URL != s.sp+"/app" {
		t.Errorf("the tab has moved to %v, %v", now, err)
	}
}
