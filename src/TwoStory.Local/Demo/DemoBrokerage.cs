using TwoStory.Core.Accounts;
using TwoStory.Core.Data;
using TwoStory.Core.Leads;
using TwoStory.Core.Providers;
using TwoStory.Core.Providers.Spark;
using TwoStory.Simulators.RentCast;
using TwoStory.Simulators.World;

namespace TwoStory.Local.Demo;

/// <summary>A generated brokerage in real neighbourhoods: an owner, an admin, three agents and their past clients.</summary>
sealed class DemoBrokerage(
    Database database, RegistrationService registration, PasswordHasher hasher, SparkCredentialStore credentials,
    LeadService leads, SimulatedWorld world, SimulatedAvm avm, TimeProvider time)
{
    const string Password = "two-story-demo";

    const string Domain = "cascade-homes.example";

    const int LeadsPerNeighbourhood = 30;

    static readonly (string Name, string Email, Role Role)[] Colleagues =
    [
        ("Priya Raman", $"priya@{Domain}", Role.Admin),
        ("Marcus Webb", $"marcus@{Domain}", Role.Agent),
        ("Elena Soto", $"elena@{Domain}", Role.Agent),
        ("Tom Brandt", $"tom@{Domain}", Role.Agent),
    ];

    sealed record ExistingUser(Guid Id, Guid OrganizationId);

    const string OwnerEmail = $"dana@{Domain}";

    /// <summary>Creates the brokerage, or the missing parts of it after an interrupted start.</summary>
    /// <returns>The organization's id.</returns>
    public async Task<Guid> EnsureAsync(CancellationToken cancel)
    {
        var organizationId = (await FindAsync(OwnerEmail, cancel))?.OrganizationId ?? await RegisterAsync(cancel);
        var agents = new List<Caller>();
        foreach (var (name, email, role) in Colleagues)
        {
            var id = (await FindAsync(email, cancel))?.Id ?? await AddUserAsync(organizationId, name, email, role, cancel);
            if (role == Role.Agent) agents.Add(new Caller(id, organizationId, role, email, SessionId: Guid.Empty));
        }
        if (await credentials.LoadAsync(organizationId, cancel) is null)
        {
            await credentials.SaveAsync(organizationId, new BearerCredentials("sim-idx-demo"), null, 25, null, cancel);
        }
        await AddLeadsAsync(organizationId, agents, cancel);
        return organizationId;
    }

    /// <summary>Prints the addresses and the password for signing in.</summary>
    public static void PrintSignIn(string address)
    {
        Console.WriteLine();
        Console.WriteLine($"Sign in: POST {address}/api/auth/login {{\"email\":\"{OwnerEmail}\",\"password\":\"{Password}\"}}");
        Console.WriteLine($"  owner {OwnerEmail}, admin {Colleagues[0].Email}, agents {string.Join(", ", Colleagues.Skip(1).Select(agent => agent.Email))}: same password");
        Console.WriteLine($"  Sent e-mails: {address}/mailbox");
    }

    async Task<Guid> RegisterAsync(CancellationToken cancel)
    {
        var (_, organization) = await registration.RegisterAsync(
            new NewOrganization("Cascade Homes", "Dana Whitfield", OwnerEmail, Password, TimeZones.Default), Origin.Product, cancel);
        return organization.Id;
    }

    Task<ExistingUser?> FindAsync(string email, CancellationToken cancel) =>
        database.QueryFirstAsync<ExistingUser>("select id, organization_id from users where lower(email) = @email", new { email }, cancel);

    // Inserted directly: an invitation would have to be accepted by mail.
    async Task<Guid> AddUserAsync(Guid organizationId, string name, string email, Role role, CancellationToken cancel)
    {
        var id = Guid.CreateVersion7();
        var hash = await hasher.HashAsync(Password, cancel);
        await database.Tenant(organizationId).ExecuteAsync(
            "insert into users (id, organization_id, email, name, role, password_hash) values (@id, @organizationId, @email, @name, @role, @hash)",
            new { id, email, name, role = role.ToString().ToLowerInvariant(), hash }, cancel);
        return id;
    }

    async Task AddLeadsAsync(Guid organizationId, List<Caller> agents, CancellationToken cancel)
    {
        var tenant = database.Tenant(organizationId);
        var known = await tenant.QueryFirstAsync<int>("select count(*)::int from leads where organization_id = @organizationId", null, cancel);
        var homes = world.Homes.GroupBy(home => home.Neighbourhood).SelectMany(hood =>
            hood.Where((_, index) => index % 13 == 0).Take(LeadsPerNeighbourhood)).ToList();
        var today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(time.GetUtcNow(), TimeZoneInfo.FindSystemTimeZoneById(TimeZones.Default)).DateTime);
        for (var number = known; number < homes.Count; number++)
        {
            var lead = await leads.CreateAsync(agents[number % agents.Count], DemoLead.From(homes[number], number, today), cancel);
            await AddLastWeeksValueAsync(tenant, lead.Id, homes[number], today, cancel);
        }
    }

    // Values from a week ago, so that the first run of the property-value job has something to compare with.
    Task AddLastWeeksValueAsync(TenantDatabase tenant, Guid leadId, Home home, DateOnly today, CancellationToken cancel)
    {
        var day = today.AddDays(-7);
        return tenant.ExecuteAsync(
            """
            with valued as (
                insert into property_values (id, organization_id, lead_id, source, as_of, value, decision, decided_at)
                values (@id, @organizationId, @leadId, 'rentcast', @day, @value, 'first_valuation', now())
            )
            insert into valuations (lead_id, organization_id, outcome, checked_on, told_value, told_as_of)
            values (@leadId, @organizationId, 'valued', @day, @value, @day)
            """,
            new { id = Guid.CreateVersion7(), leadId, day, value = avm.ValueOn(home, day).Price }, cancel);
    }
}

/// <summary>A generated past client in one of the simulated homes; always the same client for the same home.</summary>
static class DemoLead
{
    static readonly string[] FirstNames =
    [
        "Alma", "Ben", "Carla", "Dev", "Erin", "Felix", "Grace", "Hugo", "Ines", "Jamal", "Kira", "Leo", "Mona", "Nate", "Olga", "Pete", "Quinn", "Rosa", "Sam",
    ];

    static readonly string[] LastNames =
    [
        "Abbott", "Bauer", "Castillo", "Dunn", "Ellis", "Fontaine", "Garza", "Huang", "Ito", "Jensen", "Kowalski", "Lindqvist", "Moreno", "Novak", "Okafor",
        "Petrov", "Quigley", "Reyes", "Sato", "Tran", "Ueda", "Vargas", "Whitman",
    ];

    const int KnownForDays = 30;

    /// <param name="home">Where the lead lives.</param>
    /// <param name="number">Which lead it is, from 0.</param>
    /// <param name="today">The demo's local date.</param>
    public static NewLead From(Home home, int number, DateOnly today)
    {
        var (first, last) = (FirstNames[number % FirstNames.Length], LastNames[number % LastNames.Length]);
        return new NewLead
        {
            Name = $"{first} {last}",
            Email = $"{first}.{last}.{number}@clients.example".ToLowerInvariant(),
            Phone = $"206-555-{100 + (number % 100):0000}",
            Address = new Address(home.Address.Street, home.Address.Unit, home.Address.City, home.Address.State, home.Address.PostalCode),
            Latitude = home.Point.Latitude,
            Longitude = home.Point.Longitude,
            PropertyType = home.Type switch { HomeType.Condo => "Condo", HomeType.Townhouse => "Townhouse", _ => "Single Family" },
            Bedrooms = home.Bedrooms,
            Bathrooms = home.Bathrooms,
            SquareFeet = home.SquareFeet,
            Temperature = (Temperature)(number % 3),
            RadiusMiles = number % 7 == 0 ? 0.5m : null,
            AlertsSince = today.AddDays(-KnownForDays),
        };
    }
}
