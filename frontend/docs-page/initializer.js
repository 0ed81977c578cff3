/** Shows the contract of the service that sent this page; nothing is loaded from elsewhere. */
window.ui = SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#swagger-ui",
  deepLinking: true,
  defaultModelsExpandDepth: 0,
  // the validator's badge would ask another site
  validatorUrl: null,
  requestInterceptor(request) {
    const token = sessionStorage.getItem("quant-engine-token");
    if (token !== null) request.headers.Authorization ??= `Bearer ${token}`;
    return request;
  },
});
