document.getElementById('sp').addEventListener('change', function () {
  document.getElementById('relay-state').value = this.selectedOptions[0].dataset.relayState;
});
