using System.Globalization;

namespace GanKit.Checkpoints;

/// <summary>
/// Where in a tree of values one is: put into words only when somebody asks, as names may be long and many.
/// </summary>
/// <param name="parent">The place of what it is in; null for the root.</param>
/// <param name="key">Its key or index there.</param>
internal sealed class ValuePlace(ValuePlace? parent, object? key)
{
    private const int LongestKey = 200;

    private ValuePlace? Parent => parent;

    private string Name
    {
        get
        {
            var name = Convert.ToString(key, CultureInfo.InvariantCulture) ?? "";
            return name.Length <= LongestKey ? name : $"{name[..LongestKey]}...";
        }
    }

    /// <summary>The keys from the outside in, with dots between them.</summary>
    public override string ToString()
    {
        var names = new Stack<string>();
        for (var place = this; place is not null; place = place.Parent)
            names.Push(place.Name);
        return string.Join('.', names);
    }
}
