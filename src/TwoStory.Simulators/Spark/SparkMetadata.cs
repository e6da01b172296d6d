using System.Text;
using TwoStory.Simulators.Control;

namespace TwoStory.Simulators.Spark;

/// <summary>$metadata: the Property resource and its fields, nothing else.</summary>
static class SparkMetadata
{
    static readonly Reply Document = new(200, "application/xml; charset=utf-8", Encoding.UTF8.GetBytes($"""
        <?xml version="1.0" encoding="utf-8"?>
        <edmx:Edmx Version="4.0" xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx">
          <edmx:DataServices>
            <Schema Namespace="org.reso.metadata" xmlns="http://docs.oasis-open.org/odata/ns/edm">
              <EntityType Name="Property">
                <Key><PropertyRef Name="ListingKey"/></Key>
                {string.Join("\n        ", PropertyFields.All.Select(field => $"<Property Name=\"{field.Name}\" Type=\"{field.Edm}\"/>"))}
              </EntityType>
              <EntityContainer Name="Default">
                <EntitySet Name="Property" EntityType="org.reso.metadata.Property"/>
              </EntityContainer>
            </Schema>
          </edmx:DataServices>
        </edmx:Edmx>
        """));

    public static Reply Answer() => Document;
}
