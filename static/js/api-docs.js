// The API's description, to browse and to try out with one's own session or token.
"use strict";

(() => {
  const place = document.getElementById("api-docs");
  window.SwaggerUIBundle({
    url: place.dataset.schema,
    domNode: place,
    presets: [window.SwaggerUIBundle.presets.apis],
    layout: "BaseLayout",
    deepLinking: true,
    docExpansion: "none",
    validatorUrl: null, // nothing is sent to another host
    requestInterceptor: (request) => {
      if (!["GET", "HEAD"].includes(request.method ?? "GET")) {
        request.headers["X-CSRFToken"] = place.dataset.csrf;
      }
      return request;
    },
  });
})();
