// On site: where we are, and what was chosen from camera and album. Without this script everything can be typed.
"use strict";

const LIMIT = 50 * 1024 * 1024;

function locate(button) {
  const said = document.getElementById("locate-said");
  said.textContent = "正在定位…";
  navigator.geolocation.getCurrentPosition(
    (position) => {
      document.getElementById("id_latitude").value = position.coords.latitude.toFixed(6);
      document.getElementById("id_longitude").value = position.coords.longitude.toFixed(6);
      said.textContent = `已填，误差约 ${Math.round(position.coords.accuracy)} 米`;
      button.disabled = false;
    },
    () => {
      said.textContent = "没有取到位置，请手工填写或留空";
      button.disabled = false;
    },
    { enableHighAccuracy: true, timeout: 15000 },
  );
}

function count(inputs) {
  const files = inputs.flatMap((input) => [...input.files]);
  const size = files.reduce((sum, file) => sum + file.size, 0);
  const said = document.getElementById("photo-said");
  if (!files.length) said.textContent = "";
  else if (size > LIMIT) said.textContent = `选了 ${files.length} 张，共 ${Math.round(size / 1048576)} MB，超过 50 MB，请分开上传`;
  else said.textContent = `选了 ${files.length} 张`;
}

const button = document.getElementById("locate");
if (button && navigator.geolocation && window.isSecureContext) {
  button.hidden = false;
  button.addEventListener("click", () => {
    button.disabled = true;
    locate(button);
  });
}
const inputs = ["id_camera", "id_photos"].map((id) => document.getElementById(id)).filter(Boolean);
for (const input of inputs) input.addEventListener("change", () => count(inputs));
