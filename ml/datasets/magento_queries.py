"""Queries of a Magento 2 database: SELECT only, with every value a parameter."""

# For a configurable product Magento writes two order items: the parent has the amount, the simple child, which was
# sold, a row_total of 0. The child's row_total is therefore taken from its parent. Children of bundles keep their own.
_PURCHASED = """
    FROM sales_order AS orders
    JOIN sales_order_item AS item ON item.order_id = orders.entity_id
    LEFT JOIN sales_order_item AS parent ON parent.item_id = item.parent_item_id
    WHERE item.product_type = 'simple'
      AND orders.customer_id IS NOT NULL
      AND COALESCE(orders.state, '') <> 'canceled'
      AND orders.created_at >= CAST(%(now)s AS DATETIME) - INTERVAL %(months)s MONTH
"""
PURCHASES = (
    """
    SELECT orders.customer_id, item.sku,
        SUM(item.qty_ordered) AS qty_ordered,
        SUM(CASE WHEN parent.product_type = 'configurable' THEN parent.row_total ELSE item.row_total END) AS row_total,
        MAX(orders.created_at) AS last_ordered_at
    """
    + _PURCHASED
    + "GROUP BY orders.customer_id, item.sku ORDER BY orders.customer_id, item.sku"
)
PURCHASE_COUNT = "SELECT COUNT(DISTINCT orders.customer_id, item.sku)" + _PURCHASED

PRODUCT_COUNT = "SELECT COUNT(*) FROM catalog_product_entity WHERE type_id = 'simple'"
# Attributes of categories and customers share names with those of products; only products have a price.
ATTRIBUTES = """
    SELECT attribute_code, attribute_id, backend_type
    FROM eav_attribute
    WHERE attribute_code IN %(codes)s
      AND entity_type_id = (
        SELECT entity_type_id FROM eav_attribute WHERE attribute_code = 'price' ORDER BY attribute_id LIMIT 1
      )
"""
CATEGORIES = """
    SELECT category.entity_id, category.path, name.value
    FROM catalog_category_entity AS category
    JOIN catalog_category_entity_varchar AS name ON name.entity_id = category.entity_id AND name.store_id = 0
    JOIN eav_attribute AS attribute ON attribute.attribute_id = name.attribute_id AND attribute.attribute_code = 'name'
"""
# Not `visibility`: the bought variants of a configurable product are "not visible individually".
PRODUCT_ATTRIBUTES = ("name", "description", "price", "image", "status")
_VALUE_KINDS = ("varchar", "text", "decimal", "int")
_VALUES = """
    LEFT JOIN catalog_product_entity_{kind} AS {code}_value ON {code}_value.entity_id = product.entity_id
      AND {code}_value.attribute_id = %({code})s AND {code}_value.store_id = 0
"""


def products_query(kinds: dict[str, str]) -> str:
    """Return the query of simple products: sku, category ids with commas between them, then PRODUCT_ATTRIBUTES.

    kinds: backend type of each attribute of the shop; the others are NULL. The parameters are the attributes' ids.
    """
    known = {code: kinds[code] for code in PRODUCT_ATTRIBUTES if kinds.get(code) in _VALUE_KINDS}
    columns = ", ".join(f"{code}_value.value" if code in known else "NULL" for code in PRODUCT_ATTRIBUTES)
    category_ids = (
        "(SELECT GROUP_CONCAT(link.category_id ORDER BY link.category_id) "
        "FROM catalog_category_product AS link WHERE link.product_id = product.entity_id)"
    )
    joins = "".join(_VALUES.format(kind=kind, code=code) for code, kind in known.items())
    parts = ("SELECT product.sku,", category_ids, ",", columns, "FROM catalog_product_entity AS product", joins)
    return " ".join((*parts, "WHERE product.type_id = 'simple' ORDER BY product.entity_id"))
