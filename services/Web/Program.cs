using Desk.ServiceDefaults;
using Desk.Web;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddWeb();

var app = builder.Build();
app.MapDefaultEndpoints();
app.MapWeb();
app.Run();

/// <summary>For the tests' host.</summary>
public partial class Program;
