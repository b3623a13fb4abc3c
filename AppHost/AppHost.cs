// The system. Only Aspire's own words stand here: the same file builds against Aspire's packages (-p:UseAspire=true) and against Local/,
// which runs PostgreSQL and RabbitMQ natively (docs/adr/0002). README.md beside it says what gets started.

using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

var builder = DistributedApplication.CreateBuilder(args);
var settings = builder.Configuration;

var state = Path.GetFullPath(settings["DESK_STATE"] ?? Path.Combine(builder.AppHostDirectory, "..", ".desk"));
var httpPort = settings.GetValue("DESK_HTTP_PORT", 8080);
var smtpPort = settings.GetValue("DESK_SMTP_PORT", 2525);
var publicUrl = settings["DESK_PUBLIC_URL"] ?? $"http://localhost:{httpPort}";

// --external: the servers are somebody else's, reached by ConnectionStrings__{name}.
var external = args.Contains("--external");
var postgres = external ? null : builder.AddPostgres("postgres").WithDataVolume("desk-postgres");
var rabbit = external ? null : builder.AddRabbitMQ("rabbit").WithDataVolume("desk-rabbit");
IResourceBuilder<IResourceWithConnectionString> messages = rabbit is null ? builder.AddConnectionString("rabbit") : rabbit;

// The key under which the desk's processes believe each other.
var tokenKey = builder.AddParameter("token-key", new GenerateParameterDefault { MinLength = 64, Special = false }, secret: true, persist: true);

var intake = Service("intake", "../services/Intake/Intake.csproj")
    .WithEndpoint(port: smtpPort, scheme: "tcp", name: "smtp", env: "Desk__SmtpPort", isExternal: true)
    .WithEnvironment("Desk__SmtpCertificate", settings["DESK_SMTP_CERTIFICATE"])
    .WithEnvironment("Desk__SmtpCertificateKey", settings["DESK_SMTP_CERTIFICATE_KEY"]);
// For a mail server in front, such as Postfix: only where there is one.
if (settings.GetValue("DESK_LMTP_PORT", 0) is > 0 and var lmtpPort)
    intake.WithEndpoint(port: lmtpPort, scheme: "tcp", name: "lmtp", env: "Desk__LmtpPort", isExternal: true);
// The mailboxes it fetches from, as they are set: Desk__Mailboxes__0__Host and so on.
foreach (var (name, value) in settings.GetSection("Desk:Mailboxes").AsEnumerable().Where(setting => setting.Value is not null))
    intake.WithEnvironment(name.Replace(":", "__"), value);
var routing = Service("routing", "../services/Routing/Routing.csproj");
var knowledge = Service("knowledge", "../services/Knowledge/Knowledge.csproj");
var notification = Service("notification", "../services/Notification/Notification.csproj")
    .WithEnvironment("Desk__MailSink", Path.Combine(state, "mail"))
    .WithEnvironment("Desk__SmtpRelay", settings["DESK_SMTP_RELAY"]);
var analytics = Service("analytics", "../services/Analytics/Analytics.csproj");
var web = Process("web", "../services/Web/Web.csproj");

var gateway = Service("gateway", "../gateway/Gateway.csproj", httpPort)
    .WithExternalHttpEndpoints()
    .WithEndpoint("http", endpoint => endpoint.TargetHost = settings["DESK_BIND"] ?? "localhost")
    .WithEnvironment("Desk__DemoPeopleFile", builder.Environment.IsDevelopment() ? Path.Combine(state, "demo-people.json") : null)
    .WithReference(intake)
    .WithReference(routing)
    .WithReference(knowledge)
    .WithReference(notification)
    .WithReference(analytics)
    .WithReference(web);

web.WithReference(gateway);

builder.Build().Run();

// A process with a database of its own, called after it.
IResourceBuilder<ProjectResource> Service(string name, string path, int? port = null)
{
    IResourceBuilder<IResourceWithConnectionString> database = postgres is null
        ? builder.AddConnectionString($"{name}db")
        : postgres.AddDatabase($"{name}db", databaseName: name);
    var service = Process(name, path, port)
        .WithReference(database, connectionName: name)
        .WithReplicas(settings.GetValue($"DESK_REPLICAS_{name.ToUpperInvariant()}", 1));
    return external ? service : service.WaitFor(database);
}

IResourceBuilder<ProjectResource> Process(string name, string path, int? port = null)
{
    // Nobody waits for RabbitMQ: it takes longest to start, and the services come up beside it and connect when it answers.
    return builder.AddProject(name, path, options => options.ExcludeLaunchProfile = true)
        .WithHttpEndpoint(port: port, name: "http")
        .WithHttpHealthCheck("/health/ready")
        .WithReference(messages)
        .WithEnvironment("ASPNETCORE_ENVIRONMENT", builder.Environment.EnvironmentName)
        .WithEnvironment("Desk__TokenKey", tokenKey)
        .WithEnvironment("Desk__PublicUrl", publicUrl)
        .WithEnvironment("Desk__MailDomain", settings["DESK_MAIL_DOMAIN"] ?? "desk.example")
        .WithEnvironment("Desk__MailAddress", settings["DESK_MAIL_ADDRESS"] ?? "support@desk.example")
        .WithEnvironment("Desk__TimeZone", settings["DESK_TIME_ZONE"] ?? "Europe/Stockholm");
}
