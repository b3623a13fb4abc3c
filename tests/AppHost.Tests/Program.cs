using System.Collections;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;

const string Here = "AppHost.Tests.csproj";

if (args is ["host", ..])
{
    var builder = DistributedApplication.CreateBuilder(args);
    var secret = builder.AddParameter("token-key", new GenerateParameterDefault { MinLength = 40, Special = false }, secret: true, persist: true);
    var database = builder.AddPostgres("postgres").AddDatabase("alphadb", "alpha");
    var alpha = builder.AddProject("alpha", Here, options => options.ExcludeLaunchProfile = true)
        .WithHttpEndpoint(port: builder.Configuration.GetValue<int>("ALPHA_PORT"), name: "http")
        .WithEndpoint(scheme: "tcp", name: "mail", env: "Alpha__MailPort", isExternal: true)
        .WithExternalHttpEndpoints()
        .WithHttpHealthCheck("/health/ready")
        .WithReference(database, connectionName: "alpha")
        .WithEnvironment("Alpha__Key", secret)
        .WithEnvironment("Alpha__Unset", (string?)null)
        .WithEnvironment("ASPNETCORE_ENVIRONMENT", builder.Environment.EnvironmentName)
        .WaitFor(database);
    var beta = builder.AddProject("beta", Here, options => options.ExcludeLaunchProfile = true)
        .WithHttpEndpoint(name: "http")
        .WithHttpHealthCheck("/health/ready")
        .WithReplicas(2);
    alpha.WithReference(beta);
    builder.Build().Run();
    return Environment.ExitCode;
}

var web = WebApplication.CreateSlimBuilder(args).Build();
web.MapGet("/health/ready", () => "yes");
web.MapGet("/environment", () => Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().ToDictionary(pair => (string)pair.Key, pair => (string?)pair.Value));
web.Run();
return 0;
