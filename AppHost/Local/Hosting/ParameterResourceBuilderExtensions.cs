using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

public static class ParameterResourceBuilderExtensions
{
    /// <summary>A parameter with a default; one that is <paramref name="persist"/>ed is generated once and kept in <c>secrets.json</c>.</summary>
    public static IResourceBuilder<ParameterResource> AddParameter(
        this IDistributedApplicationBuilder builder, string name, ParameterDefault value, bool secret = false, bool persist = false)
    {
        var secrets = ((DistributedApplicationBuilder)builder).Secrets;
        return builder.AddResource(new ParameterResource(
            name,
            unset => builder.Configuration[$"Parameters:{name}"]
                ?? (persist ? secrets.GetOrMake(name, unset!.GetDefaultValue) : unset!.GetDefaultValue()),
            secret)
        { Default = value });
    }

    /// <summary>A server that is not ours to start: its connection string comes from <c>ConnectionStrings:{name}</c>.</summary>
    public static IResourceBuilder<IResourceWithConnectionString> AddConnectionString(
        this IDistributedApplicationBuilder builder, string name, string? environmentVariableName = null)
        => builder.AddResource(new ConnectionStringParameterResource(name, builder.Configuration));

    internal static ParameterResource CreatePassword(this IDistributedApplicationBuilder builder, string name)
        => builder.AddParameter($"{name}-password", new GenerateParameterDefault { Special = false }, secret: true, persist: true).Resource;
}
